import { describe, expect, test } from 'vitest'

import { BugError } from '../../src/errors.ts'
import { render } from '../../src/hub/template.ts'
import { inputs } from '../support/server.ts'

const { locks } = inputs().assets
const assets = (text: string) => ({ locks, templates: new Map([['etc/x', text]]) })

describe('render', () => {
  test.each([
    ['a value, as it is', 'a={{value}}', 'a=<&"\'>'],
    ['a list', '{{#each list}}[{{this}}]{{/each}}', '[1][2]'],
    ['a condition', '{{#if yes}}y{{/if}}{{#if no}}n{{/if}}', 'y'],
    ['what only looks like a name', 'set $user; %i {x} {', 'set $user; %i {x} {'],
  ])('fills in %s', (_, text, shown) => {
    expect(render(assets(text), 'etc/x', { value: '<&"\'>', list: [1, 2], yes: true, no: false })).toBe(shown)
  })

  test.each(['{{missing}}', '{{deep.er}}', '{{#if missing}}{{/if}}', '{{#helper x}}{{/helper}}', '{{#if'])(
    '%s is our mistake, and named',
    (text) => {
      const work = (): string => render(assets(text), 'etc/x', {})
      expect(work).toThrow(BugError)
      expect(work).toThrow('the template etc/x cannot be filled in')
    },
  )

  test('a template that is not in the release is our mistake', () => {
    expect(() => render(assets(''), 'etc/y', {})).toThrow(new BugError('this release has no template etc/y'))
  })
})
