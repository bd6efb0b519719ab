/** What a person sees: log in, choose a password, JupyterLab, a cell, a terminal, log out. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

import { noBrowser, withPage } from './support/browser.ts'
import { machineTest } from './support/machine.ts'

const test = machineTest({ image: 'installed' })

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Username').fill('boss')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Clicks a card of JupyterLab's launcher. */
async function launch(page: Page, category: string, name: RegExp): Promise<void> {
  const card = page.locator(`.jp-LauncherCard[data-category="${category}"]`, { hasText: name })
  await card.first().click()
}

test(
  'a person logs in, runs a cell and a terminal, and logs out',
  { timeout: 240_000 },
  async ({ machine, skip }) => {
    const reason = noBrowser()
    if (reason !== '') skip(reason)
    await withPage('first-login', async (page) => {
      await page.goto(machine.url)
      await logIn(page, machine.password)
      await page.getByRole('heading', { name: 'Choose your own password' }).waitFor()
      await page.getByLabel('New password', { exact: true }).fill('correct horse battery')
      await page.getByLabel('New password again').fill('correct horse battery')
      await page.getByRole('button', { name: 'Save and go on' }).click()

      // JupyterLab opens by itself.
      await page.waitForURL('**/user/boss/lab**', { timeout: 90_000 })
      await page.locator('.jp-Launcher').waitFor({ timeout: 60_000 })

      await launch(page, 'Notebook', /Python 3/)
      const cell = page.locator('.jp-Notebook .jp-Cell .cm-content').first()
      await cell.waitFor()
      await page.getByText('| Idle').waitFor({ timeout: 60_000 })
      await cell.click()
      await page.keyboard.type('1 + 1')
      await page.keyboard.press('Shift+Enter')
      const output = page.locator('.jp-OutputArea-executeResult .jp-OutputArea-output').first()
      await output.waitFor({ timeout: 60_000 })
      expect((await output.innerText()).trim()).toBe('2')

      // Another workspace begins with the launcher.
      await page.goto(`${machine.url}/user/boss/lab/workspaces/second`)
      await launch(page, 'Other', /^\W*Terminal/)
      const screen = page.locator('.jp-Terminal .xterm')
      await screen.waitFor()
      await page.keyboard.type('ls -A /tmp | wc -l > ~/count; id -un > ~/who\n')
      await expect
        .poll(async () => (await machine.run(['cat', '/home/jupyter-boss/who'])).stdout, { timeout: 30_000 })
        .toBe('jupyter-boss\n')
      expect(await machine.ok(['cat', '/home/jupyter-boss/count'])).toBe('0\n')

      await page.goto(`${machine.url}/hub/logout`)
      await page.goto(`${machine.url}/user/boss/lab`)
      await page.getByLabel('Username').waitFor()
    })
  },
)
