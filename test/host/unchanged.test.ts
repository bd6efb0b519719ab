import { describe, expect, test } from 'vitest'

import { unchanged } from '../../src/host/unchanged.ts'

/** A machine whose files say how often they were read. */
function files() {
  const texts = new Map<string, string>()
  const stamps = new Map<string, string>()
  const asked: string[] = []
  const read = unchanged(
    async (path) => {
      asked.push(path)
      return texts.get(path)
    },
    async (path) => stamps.get(path),
  )
  const put = (path: string, text: string, stamp: string): void => {
    texts.set(path, text)
    stamps.set(path, stamp)
  }
  return { texts, stamps, asked, read, put }
}

describe.each(['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow'])('%s', (path) => {
  test('is read once as long as nobody writes it', async () => {
    const { put, read, asked } = files()
    put(path, 'one', '1')
    expect([await read(path), await read(path), await read(path)]).toEqual(['one', 'one', 'one'])
    expect(asked).toEqual([path])
  })

  test('is read again when it is another file', async () => {
    const { put, read } = files()
    put(path, 'one', '1')
    expect(await read(path)).toBe('one')
    put(path, 'two', '2')
    expect(await read(path)).toBe('two')
    put(path, 'one', '1')
    expect(await read(path)).toBe('one')
  })

  test('is not remembered when it is gone, and found when it is back', async () => {
    const { put, read, texts, stamps } = files()
    expect(await read(path)).toBeUndefined()
    put(path, 'one', '1')
    expect(await read(path)).toBe('one')
    texts.clear()
    stamps.clear()
    expect(await read(path)).toBeUndefined()
    put(path, 'new', '2')
    expect(await read(path)).toBe('new')
  })

  test('is not remembered with a text that was read after it was written', async () => {
    const { put, read, texts } = files()
    put(path, 'one', '1')
    const reading = read(path)
    texts.set(path, 'two')
    await reading
    put(path, 'two', '2')
    expect(await read(path)).toBe('two')
  })
})

test.each(['/etc/subuid', '/etc/passwd-', '/opt/tljh/config/config.yaml'])(
  '%s is always read',
  async (path) => {
    const { put, read, asked } = files()
    put(path, 'one', '1')
    await read(path)
    put(path, 'two', '1')
    expect(await read(path)).toBe('two')
    expect(asked).toEqual([path, path])
  },
)
