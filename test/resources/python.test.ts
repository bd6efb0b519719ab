import { describe, expect, test } from 'vitest'

import { pythonEnv } from '../../src/resources/python-env.ts'
import type { PythonEnv } from '../../src/resources/python-env.ts'
import { pythonInterpreter } from '../../src/resources/python-interpreter.ts'
import type { PythonInterpreter } from '../../src/resources/python-interpreter.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

const ENV: PythonEnv = {
  kind: 'python-env',
  path: '/opt/tljh/env/hub/0a1b',
  python: '/opt/tljh/python/3.11.2/bin/python3.11',
  lock: 'jupyterhub==6.1.1 --hash=sha256:00\n',
  uv: '/opt/tljh/tools/ab/bin/uv',
  cache: '/opt/tljh/cache/uv',
  proves: ['jupyterhub.app', 'jupyterhub_idle_culler'],
}

describe('python-env', () => {
  test.each([
    ['a finished generation', { '/opt/tljh/env/hub/0a1b/.complete': '' }, true],
    ['one without its mark', { '/opt/tljh/env/hub/0a1b/bin/python': '' }, false],
    ['one that is still built aside', { '/opt/tljh/env/hub/0a1b.new/.complete': '' }, false],
  ])('observes %s', async (_, files, complete) => {
    expect(await pythonEnv.observe(new FakeHost(files), ENV)).toBe(complete)
  })

  testPlan(pythonEnv, ENV, [
    { name: 'settled', have: true, steps: [] },
    {
      name: 'absent',
      have: false,
      steps: [
        'remove /opt/tljh/env/hub/0a1b.new',
        '/opt/tljh/tools/ab/bin/uv venv --quiet --relocatable --python /opt/tljh/python/3.11.2/bin/python3.11 -- /opt/tljh/env/hub/0a1b.new',
        'write /opt/tljh/env/hub/0a1b.new/requirements.txt (0644)',
        '/opt/tljh/tools/ab/bin/uv pip sync --quiet --require-hashes --only-binary :all: --compile-bytecode --python /opt/tljh/env/hub/0a1b.new/bin/python /opt/tljh/env/hub/0a1b.new/requirements.txt',
        "/opt/tljh/env/hub/0a1b.new/bin/python -I -c 'import jupyterhub.app, jupyterhub_idle_culler'",
        'write /opt/tljh/env/hub/0a1b.new/.complete (0644)',
        'remove /opt/tljh/env/hub/0a1b',
        'move /opt/tljh/env/hub/0a1b.new to /opt/tljh/env/hub/0a1b',
      ],
    },
  ])

  test('is built with its own cache and no interpreter but the given one', () => {
    const env = { UV_CACHE_DIR: '/opt/tljh/cache/uv', UV_PYTHON_DOWNLOADS: 'never' }
    const builds = pythonEnv
      .plan(ENV, false)
      .flatMap((step) => (step.do === 'run' && step.argv[0] === ENV.uv ? [step.env] : []))
    expect(builds).toEqual([env, env])
  })

  test('is complete after its steps, and only then', async () => {
    const host = new FakeHost()
    const steps = pythonEnv.plan(ENV, false)
    for (const step of steps.slice(0, -1)) {
      await host.perform(step)
      expect(await pythonEnv.observe(host, ENV)).toBe(false)
    }
    for (const step of steps.slice(-1)) await host.perform(step)
    expect(await pythonEnv.observe(host, ENV)).toBe(true)
  })
})

const PYTHON: PythonInterpreter = {
  kind: 'python-interpreter',
  path: '/opt/tljh/python/3.11.2',
  binary: '/usr/bin/python3.11',
  library: '/usr/lib/python3.11',
}

describe('python-interpreter', () => {
  test('counts as there when its mark is', async () => {
    const whole = new FakeHost({ '/opt/tljh/python/3.11.2/.complete': '' })
    const half = new FakeHost({ '/opt/tljh/python/3.11.2/bin/python3.11': '' })
    expect(await pythonInterpreter.observe(whole, PYTHON)).toBe(true)
    expect(await pythonInterpreter.observe(half, PYTHON)).toBe(false)
  })

  testPlan(pythonInterpreter, PYTHON, [
    { name: 'settled', have: true, steps: [] },
    {
      name: 'absent',
      have: false,
      steps: [
        'remove /opt/tljh/python/3.11.2.new',
        'mkdir -p -- /opt/tljh/python/3.11.2.new/bin /opt/tljh/python/3.11.2.new/lib',
        'cp --archive --dereference -- /usr/bin/python3.11 /opt/tljh/python/3.11.2.new/bin/',
        'cp --archive -- /usr/lib/python3.11 /opt/tljh/python/3.11.2.new/lib/',
        "/opt/tljh/python/3.11.2.new/bin/python3.11 -I -c 'import ssl, sqlite3, ctypes, zlib, lzma, bz2, uuid'",
        'write /opt/tljh/python/3.11.2.new/.complete (0644)',
        'remove /opt/tljh/python/3.11.2',
        'move /opt/tljh/python/3.11.2.new to /opt/tljh/python/3.11.2',
      ],
    },
  ])
})
