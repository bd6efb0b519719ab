import { assert, asyncProperty, string } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { loadAssets } from '../../src/assets.ts'
import { renderSlips } from '../../src/cli/slips.ts'
import { BugError } from '../../src/errors.ts'

const template = (await loadAssets()).templates.get('slips.html') ?? ''
const ADDRESS = 'https://hub.example.org/'
const DAY = '2026-11-22'

const people = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    name: `student-${at}`,
    password: `kq7m-${1000 + at}-aaaa-bbbb`,
  }))
const page = async (count: number, address = ADDRESS): Promise<string> =>
  renderSlips(template, { address, day: DAY, slips: people(count) })
const countOf = (text: string, part: string): number => text.split(part).length - 1
/** Every tag by its beginning, in order: what text can change when it is not escaped. */
const tags = (html: string): readonly string[] => html.match(/<[^\s>]*/g) ?? []

describe('a page of slips', () => {
  test('has one for each person, with address, name and password', async () => {
    const html = await page(200)
    const slips = html.split('<article').slice(1)
    expect(slips).toHaveLength(200)
    for (const [at, { name, password }] of people(200).entries()) {
      expect(slips[at]).toContain(`>${name}</dd>`)
      expect(slips[at]).toContain(`>${password}</dd>`)
      expect(slips[at]).toContain(`>${ADDRESS}</dd>`)
      expect(countOf(slips[at] ?? '', '<li>')).toBe(3)
    }
    expect(html).toContain(`200 slips of ${DAY}`)
    expect(html).toContain(`within 30 days of ${DAY}`)
  })

  test.each([
    [0, []],
    [1, [1]],
    [8, [8]],
    [9, [8, 1]],
    [200, Array.from({ length: 25 }, () => 8)],
  ])('puts %i on sheets of eight', async (count, sheets) => {
    const parts = (await page(count)).split('<section').slice(1)
    expect(parts.map((part) => countOf(part, '<article'))).toEqual(sheets)
  })

  test('is a whole document', async () => {
    const html = await page(3)
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('<meta charset="utf-8">')
    expect(html).toContain(`<title>Claim slips for ${ADDRESS}</title>`)
    expect(html).toContain('@media print')
    expect(html).not.toContain('{{')
    for (const name of ['html', 'head', 'body', 'main', 'section', 'article', 'dl', 'ol', 'style']) {
      expect([name, countOf(html, `</${name}>`)]).toEqual([
        name,
        tags(html).filter((tag) => tag === `<${name}`).length,
      ])
    }
  })

  test('loads nothing, runs nothing and tells nobody where it was', async () => {
    const html = await page(3)
    expect(html).toContain('<meta name="referrer" content="no-referrer">')
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`)
    expect(html).not.toMatch(
      /<(?:script|link|img|iframe|object|base|form|a)\b|\b(?:src|href|on\w+)\s*=|url\(|@import/i,
    )
    expect(html.replaceAll(ADDRESS, '')).not.toMatch(/https?:/)
  })

  test('sets what is long in smaller letters', async () => {
    const slips = [{ name: 'x'.repeat(64), password: 'kq7m' }]
    const html = await renderSlips(template, { address: `https://${'x'.repeat(70)}/`, day: DAY, slips })
    expect(html).toContain('<dd class="name long">')
    expect(html).toContain('<dd class="address long">')
    expect(await page(8)).not.toMatch(/<dd class="\w+ long">/)
  })
})

describe('what is filled in', () => {
  test.each([
    ['</title><script>alert(1)</script>', '&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['"><img src=x onerror=alert(1)>', '&quot;&gt;&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;'],
    ['</style><!--', '&lt;/style&gt;&lt;!--'],
    ["'`&amp;", '&#x27;&#x60;&amp;amp;'],
    ['{{@root.day}}{{{name}}}', '{{@root.day}}{{{name}}}'],
  ])('is text: %s', async (address, shown) => {
    const html = await page(2, address)
    expect(countOf(html, shown)).toBe(4)
    expect(tags(html)).toEqual(tags(await page(2)))
  })

  test('never changes the structure', async () => {
    const text = string({ unit: 'binary' })
    const whole = tags(await page(1))
    await assert(
      asyncProperty(text, text, text, async (address, name, password) => {
        const html = await renderSlips(template, { address, day: DAY, slips: [{ name, password }] })
        expect(tags(html)).toEqual(whole)
      }),
    )
  })

  test('is escaped everywhere', () => {
    expect(template).not.toMatch(/\{\{\{|\{\{&/)
  })
})

test('a template that names what there is not is our mistake', async () => {
  const work = renderSlips('{{adress}}', { address: ADDRESS, day: DAY, slips: [] })
  await expect(work).rejects.toThrow(BugError)
  await expect(work).rejects.toThrow('the claim slips cannot be filled in')
})
