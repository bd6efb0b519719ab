import { describe, expect, test } from 'vitest'

import { apply } from '../../src/engine/apply.ts'
import type { ApplyOptions } from '../../src/engine/apply.ts'
import { type Change, plan } from '../../src/engine/plan.ts'
import { BugError, HostError, StepError } from '../../src/errors.ts'
import { showStep } from '../../src/host/step.ts'
import type { Resource, Wanted } from '../../src/resources/resource.ts'
import { FakeHost } from '../support/fake-host.ts'

const root = { owner: 'root', group: 'root' } as const
const folder: Resource = { kind: 'directory', path: '/opt/tljh', mode: 0o755, ...root }
const file = (path: string, text = 'text'): Resource => ({ kind: 'file', path, text, mode: 0o644, ...root })
const group = (name: string): Resource => ({ kind: 'group', name, members: [], ours: () => true })

interface Seen extends ApplyOptions {
  readonly events: string[]
}

function watch(planned: readonly Change[]): Seen {
  const events: string[] = []
  return {
    events,
    planned,
    log: '/var/log/tljh/install.log',
    record: async ({ id, steps }) => void events.push(`record ${id} ${steps.length}`),
    progress: {
      start: (id) => void events.push(`start ${id}`),
      step: (id, step) => void events.push(`step ${id}: ${showStep(step)}`),
      done: (id) => void events.push(`done ${id}`),
    },
  }
}

/** Plans and applies, as a command does. */
async function settle(
  host: FakeHost,
  wanted: Wanted,
): Promise<{ changes: readonly Change[]; events: readonly string[] }> {
  const seen = watch(await plan(host, wanted))
  return { changes: await apply(host, wanted, seen), events: seen.events }
}

const failing = async (host: FakeHost, wanted: Wanted): Promise<unknown> =>
  settle(host, wanted).catch((error: unknown) => error)

describe('apply', () => {
  test('works in order and leaves nothing to plan', async () => {
    const host = new FakeHost()
    const wanted = [folder, file('/opt/tljh/a'), file('/opt/tljh/b')]
    const { changes } = await settle(host, wanted)
    expect(changes.map(({ id }) => id)).toEqual([
      'directory:/opt/tljh',
      'file:/opt/tljh/a',
      'file:/opt/tljh/b',
    ])
    expect(host.performed.map(showStep)).toEqual([
      'make folder /opt/tljh (0755)',
      'write /opt/tljh/a (0644)',
      'write /opt/tljh/b (0644)',
    ])
    expect(await plan(host, wanted)).toEqual([])
  })

  test('performs, records and tells nothing when nothing is to do', async () => {
    const host = new FakeHost()
    await settle(host, [folder, file('/f')])
    host.performed.length = 0
    expect(await settle(host, [folder, file('/f')])).toEqual({ changes: [], events: [] })
    expect(host.performed).toEqual([])
  })

  test('changes only what is not as wanted', async () => {
    const host = new FakeHost({ '/opt/tljh': { type: 'directory', mode: 0o755 } })
    host.put('/a', { text: 'somebody was here' })
    const { changes } = await settle(host, [folder, file('/a')])
    expect(changes.map(({ id }) => id)).toEqual(['file:/a'])
  })

  test('tells what it does: start, receipt, every step, done', async () => {
    const { events } = await settle(new FakeHost({ '/f': { type: 'directory' } }), [file('/f')])
    expect(events).toEqual([
      'start file:/f',
      'record file:/f 2',
      'step file:/f: remove /f',
      'step file:/f: write /f (0644)',
      'done file:/f',
    ])
  })

  test('a kind that is not settled by its own steps is our bug', async () => {
    const host = new FakeHost()
    const error = await failing(host, [group('course'), file('/after')])
    expect(error).toBeInstanceOf(BugError)
    expect(String(error)).toContain(
      'group:course is not settled after its own steps; left: groupadd --system -- course',
    )
    expect(host.entries.has('/after')).toBe(false)
  })

  test('a failing step names resource, command, log, and the way on', async () => {
    const host = new FakeHost()
    const cause = new StepError('groupadd --system -- course ended with exit code 9\n    disk full')
    host.run = () => {
      throw cause
    }
    const error = await failing(host, [folder, group('course'), file('/after')])
    expect(error).toEqual(
      new StepError(
        'group:course: groupadd --system -- course ended with exit code 9\n    disk full\n' +
          'The log is /var/log/tljh/install.log. Running the same command again continues from here.',
        { cause },
      ),
    )
    expect(host.entries.has('/opt/tljh')).toBe(true)
    expect(host.entries.has('/after')).toBe(false)
  })

  test('run again after a failure continues where it stopped', async () => {
    const host = new FakeHost()
    host.run = () => {
      throw new StepError('no network')
    }
    const wanted = [folder, group('course'), file('/after')]
    await failing(host, wanted)
    host.run = () => host.put('/etc/group', { text: 'course:x:990:\n' })
    const { changes } = await settle(host, wanted)
    expect(changes.map(({ id }) => id)).toEqual(['group:course', 'file:/after'])
  })

  test('other errors pass as they are', async () => {
    const host = new FakeHost()
    const planned = await plan(host, [group('course')])
    const error = new HostError('/etc/passwd cannot be read')
    host.readFile = async () => {
      throw error
    }
    await expect(apply(host, [group('course')], watch(planned))).rejects.toBe(error)
  })

  test('looks at nothing again where the plan found nothing to do', async () => {
    const host = new FakeHost()
    host.lstat = async () => {
      throw new HostError('nobody asked')
    }
    expect(await apply(host, [folder, file('/a')], watch([]))).toEqual([])
  })

  test('goes by what it finds itself, and takes nothing of the plan for granted', async () => {
    const host = new FakeHost()
    const wanted = [folder, file('/a'), file('/b')]
    const planned = await plan(host, wanted)
    host.put('/a', { text: 'text', mode: 0o644 })
    host.put('/b', { text: 'text', mode: 0o600 })
    const changes = await apply(host, wanted, watch(planned))
    expect(changes.map(({ id, steps }) => [id, ...steps.map(showStep)])).toEqual([
      ['directory:/opt/tljh', 'make folder /opt/tljh (0755)'],
      ['file:/b', 'set /b to 0644, owner root:root'],
    ])
  })
})

const added = (host: FakeHost, name: string): void => {
  const text = host.entries.get('/etc/group')?.text ?? ''
  host.put('/etc/group', { text: `${text}${name}:x:1:\n` })
}

describe('apply, side by side', () => {
  const groups = [group('one'), group('two'), group('three')]
  test('works on a group at the same time, and on what follows only after all of it', async () => {
    const host = new FakeHost()
    const waiting = new Map<string, () => void>()
    host.run = async ({ argv }) => {
      const name = argv.at(-1) ?? ''
      await new Promise<void>((resolve) => {
        waiting.set(name, resolve)
        // Goes on when all three have begun, the last one first.
        if (waiting.size === 3) for (const go of [...waiting.values()].toReversed()) go()
      })
      added(host, name)
    }
    const { changes } = await settle(host, [groups, file('/after')])
    expect(changes.map(({ id }) => id)).toEqual(['group:one', 'group:two', 'group:three', 'file:/after'])
    expect(host.performed.map(showStep).at(-1)).toBe('write /after (0644)')
  })

  test('one failure lets the others come to their end, and is then reported', async () => {
    const host = new FakeHost()
    host.run = async ({ argv }) => {
      const name = argv.at(-1) ?? ''
      if (name === 'one') throw new StepError('one failed')
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      added(host, name)
    }
    const error = await failing(host, [groups, file('/after')])
    expect(String(error)).toContain('group:one: one failed')
    expect(host.entries.get('/etc/group')?.text).toMatch(/two:x:1:\nthree:x:1:\n$/)
    expect(host.entries.has('/after')).toBe(false)
  })
})
