import { expect, test } from 'vitest'

import { failure, limitProperties, parseStates, serviceOf } from '../../src/helper/units.ts'

test('an admin has another template', () => {
  expect(serviceOf('bob', false)).toBe('jupyter@bob.service')
  expect(serviceOf('bob', true)).toBe('jupyter-admin@bob.service')
})

test('reads what systemctl shows of several units', () => {
  const text = [
    'Result=success\nExecMainStatus=0\nId=jupyter@bob.service\nActiveState=active\nSubState=running\nInvocationID=ab12',
    'Result=exit-code\nExecMainStatus=200\nId=jupyter-admin@bob.service\nActiveState=failed\nSubState=failed\nInvocationID=',
  ].join('\n\n')
  expect(parseStates(`${text}\n`)).toEqual([
    {
      unit: 'jupyter@bob.service',
      active: 'active',
      sub: 'running',
      result: 'success',
      exit: 0,
      invocation: 'ab12',
    },
    {
      unit: 'jupyter-admin@bob.service',
      active: 'failed',
      sub: 'failed',
      result: 'exit-code',
      exit: 200,
      invocation: '',
    },
  ])
  expect(parseStates('')).toEqual([])
})

test.each([
  [
    { MemoryMax: '1073741824', CPUQuota: '100%', TasksMax: '512' },
    ['MemoryMax=1073741824', 'MemorySwapMax=0', 'CPUQuota=100%', 'TasksMax=512'],
  ],
  [
    { MemoryMax: 'infinity', CPUQuota: '', TasksMax: 'infinity' },
    ['MemoryMax=infinity', 'MemorySwapMax=infinity', 'CPUQuota=', 'TasksMax=infinity'],
  ],
])('limits %j', (limits, properties) => {
  expect(limitProperties(limits)).toEqual(properties)
})

test.each([
  ['exit-code', 200, 'its home folder could not be entered'],
  ['exit-code', 203, 'its program could not be started'],
  ['exit-code', 217, 'its account could not be taken'],
  ['exit-code', 226, 'its sandbox could not be set up'],
  ['exit-code', 1, 'it ended at once (exit-code, exit status 1)'],
  ['signal', 9, 'it ended at once (signal, exit status 9)'],
  ['oom-kill', 9, 'it needed more memory'],
  ['timeout', 0, 'it took too long'],
  ['resources', 0, 'a file or folder it needs is missing'],
  ['success', 0, 'its socket could not be made'],
])('result %s with status %i reads: %s', (result, exit, part) => {
  const state = { unit: 'jupyter@bob.service', active: 'failed', sub: 'failed', invocation: '', result, exit }
  expect(failure(state)).toBe(
    `the server did not start: ${part}; the administrator finds more with \`journalctl -u jupyter@bob.service\``.replace(
      'more memory;',
      'more memory than it may have;',
    ),
  )
})
