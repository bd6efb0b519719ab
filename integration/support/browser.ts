/** A real browser: Debian's Chromium, driven by playwright-core. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { chromium, type Browser, type Page } from 'playwright-core'

import { REPORTS } from './places.ts'

const CHROMIUM = '/usr/bin/chromium'

// As root there is no sandbox of Chromium's own; the other flags keep it from asking anybody but the hub.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Why there is no browser here; empty when there is one. */
export function noBrowser(): string {
  return existsSync(CHROMIUM) ? '' : `${CHROMIUM} is missing: apt-get install chromium`
}

/** Opens a browser for one piece of work and closes it. When the work fails, reports/NAME.png shows the last page. */
export async function withPage<T>(name: string, work: (page: Page) => Promise<T>): Promise<T> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(30_000)
    return await picturedFailure(page, name, work)
  } finally {
    await browser.close()
  }
}

async function picturedFailure<T>(page: Page, name: string, work: (page: Page) => Promise<T>): Promise<T> {
  try {
    return await work(page)
  } catch (error) {
    mkdirSync(REPORTS, { recursive: true })
    const picture = join(REPORTS, `${name}.png`)
    await page.screenshot({ path: picture }).catch(() => undefined)
    throw new Error(`at ${page.url()}, seen in ${picture}`, { cause: error })
  }
}
