/** Questions about units that are put to one systemctl. */
import { expect, test } from 'vitest'

import type { CommandResult } from '../../src/host/host.ts'
import { joined } from '../../src/host/joined.ts'

/** Answers by the last word of the command; keeps the command lines. */
function systemctl(answers: Readonly<Record<string, Partial<CommandResult>>>) {
  const lines: string[] = []
  const ask = joined(async (argv) => {
    lines.push(argv.join(' '))
    return { code: 0, stdout: '', stderr: '', ...answers[argv.slice(argv.indexOf('--') + 1).join(' ')] }
  })
  return { lines, ask: async (text: string) => ask(text.split(' ')) }
}

test('questions of one turn about single units are one call, cut into their answers', async () => {
  const { lines, ask } = systemctl({ 'a.service b.service': { stdout: 'Id=a\nState=1\n\nId=b\nState=2\n' } })
  const answers = await Promise.all(
    ['a', 'b'].map((name) => ask(`systemctl show --property=Id -- ${name}.service`)),
  )
  expect(answers.map(({ stdout }) => stdout)).toEqual(['Id=a\nState=1\n', 'Id=b\nState=2\n'])
  expect(lines).toEqual(['systemctl show --property=Id -- a.service b.service'])
})

test('is-enabled of many units gives each its own code', async () => {
  const { lines, ask } = systemctl({ 'a.service b.socket': { code: 0, stdout: 'enabled\ndisabled\n' } })
  const answers = await Promise.all(
    ['a.service', 'b.socket'].map((name) => ask(`systemctl is-enabled --quiet -- ${name}`)),
  )
  expect(answers.map(({ code }) => code)).toEqual([0, 1])
  expect(lines).toEqual(['systemctl is-enabled -- a.service b.socket'])
})

test('an answer that lacks a unit is thrown away, and each is asked by itself', async () => {
  const answers = { 'a.service b.service': { code: 1, stdout: 'enabled\n' }, 'b.service': { code: 1 } }
  const { lines, ask } = systemctl(answers)
  const codes = await Promise.all(
    ['a', 'b'].map(async (name) => (await ask(`systemctl is-enabled --quiet -- ${name}.service`)).code),
  )
  expect(codes).toEqual([0, 1])
  expect(lines.slice(1)).toEqual([
    'systemctl is-enabled --quiet -- a.service',
    'systemctl is-enabled --quiet -- b.service',
  ])
})

test.each([
  ['a pattern', 'systemctl show --property=Id -- a@*.service'],
  ['another verb', 'systemctl is-active --quiet a.service'],
  ['another program', 'stat -- a.service'],
])('%s is asked by itself', async (_, line) => {
  const { lines, ask } = systemctl({})
  await Promise.all([ask(line), ask('systemctl show --property=Id -- b.service')])
  expect(lines).toContain(line)
})

test('different questions are not mixed, and a later turn asks anew', async () => {
  const { lines, ask } = systemctl({})
  await Promise.all([ask('systemctl show --property=Id -- a'), ask('systemctl show --property=Names -- a')])
  await ask('systemctl show --property=Id -- a')
  expect(lines).toHaveLength(3)
})
