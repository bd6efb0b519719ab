import { describe, expect, test } from 'vitest'

import { limitsFor, unitLimits } from '../../src/hub/limits.ts'
import { config, MACHINE } from '../support/server.ts'

const MB = 1024 ** 2
const limits = (gigabytes: number, cores: number, text = '') =>
  limitsFor(config(text), { ...MACHINE, cores, memoryBytes: gigabytes * 1024 * MB })
const megabytes = (bytes: number): number => Math.floor(bytes / MB)

describe('limitsFor', () => {
  test.each([
    { gigabytes: 1, cores: 1, one: 384, all: 624, shared: 96, tasks: 512, starts: 4 },
    { gigabytes: 4, cores: 2, one: 540, all: 3604, shared: 135, tasks: 512, starts: 4 },
    { gigabytes: 16, cores: 8, one: 2162, all: 14417, shared: 540, tasks: 512, starts: 16 },
    { gigabytes: 64, cores: 64, one: 8650, all: 57671, shared: 2162, tasks: 1024, starts: 128 },
  ])('$gigabytes GB and $cores cores', ({ gigabytes, cores, one, all, shared, tasks, starts }) => {
    const found = limits(gigabytes, cores)
    expect({
      one: megabytes(found.memory),
      all: megabytes(found.allMemory),
      shared: megabytes(found.sharedMemory),
      tasks: found.tasks,
      starts: found.startsAtOnce,
      cpu: found.cpu,
    }).toEqual({ one, all, shared, tasks, starts, cpu: null })
  })

  test.each([0.75, 1, 2, 4, 16, 64, 512])('%d GB: one server never gets all', (gigabytes) => {
    const { memory, allMemory } = limits(gigabytes, 1)
    expect(memory).toBeLessThan(allMemory)
    expect(allMemory).toBeLessThan(gigabytes * 1024 * MB)
  })

  test('takes what the config says', () => {
    expect(limits(4, 2, 'limits: {memory: 1G, cpu: 0.5, tasks: 100}\n')).toMatchObject({
      memory: 1024 * MB,
      cpu: 0.5,
      tasks: 100,
      sharedMemory: 256 * MB,
    })
  })
})

describe('unitLimits', () => {
  test.each([
    ['', { MemoryMax: '566935683', CPUQuota: '', TasksMax: '512' }],
    ['limits: {cpu: 0.5}\n', { CPUQuota: '50%' }],
    ['limits: {cpu: 2}\n', { CPUQuota: '200%' }],
    ['limits: {cpu: 0.001}\n', { CPUQuota: '1%' }],
    ['limits: {memory: 1G, tasks: 64}\n', { MemoryMax: '1073741824', TasksMax: '64' }],
  ])('of %j', (text, properties) => {
    expect(unitLimits(limits(4, 2, text))).toMatchObject(properties)
  })
})
