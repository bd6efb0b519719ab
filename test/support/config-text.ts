/** Random texts of config.yaml as people write them: lists of every shape, comments, quotes, aliases, other newlines. */
import {
  array,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  record,
  shuffledSubarray,
  uniqueArray,
} from 'fast-check'
import type { Arbitrary } from 'fast-check'

type Made<From> = From extends Arbitrary<infer One> ? One : never

/** Some that YAML takes for something else, and some that begin like another. */
export const NAMES = ['ada', 'ada1', 'bob', 'yes', '1e3', '007', 'null', 'a-b', 'x@y.z', 'eve', '12', 'no']
export const LISTS = ['admin', 'allowed', 'banned', 'operators']
export const GROUPS = ['course-a', 'null', 'on', '_x']

const comment = oneof(
  constant(''),
  nat(9).map((number) => `  # c${number}`),
)
const said = array(
  nat(9).map((number) => `# says ${number}`),
  { maxLength: 2 },
)

/** One entry: how the name is quoted, its own comment, comments above it. */
const entry = record({
  name: constantFrom(...NAMES),
  quote: constantFrom('"', "'"),
  comment,
  above: said,
  anchor: constantFrom<'' | '&x '>(''),
})
type Entry = Made<typeof entry>

const list = record({
  entries: uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 }),
  shape: constantFrom('block', 'tight', 'flow', 'spaced', 'tall'),
  comment,
  isTrailing: boolean(),
})
type List = Made<typeof list>
const lists = array(list, { minLength: 4, maxLength: 4 })

const word = ({ name, quote, anchor }: Entry): string => `${anchor}${quote}${name}${quote}`

/** A list as lines, the first of which follows its key. */
function listLines({ entries, shape, comment: own, isTrailing }: List, indent: string): string[] {
  const words = entries.map(word)
  if (entries.length === 0 || shape === 'flow') return [` [${words.join(', ')}]${own}`]
  if (shape === 'spaced') return [` [ ${words.join(' , ')}${isTrailing ? ',' : ''} ]${own}`]
  const inside = shape === 'tight' ? indent : `${indent}  `
  const lines = entries.flatMap((one, index) => {
    const above = one.above.map((text) => inside + text)
    if (shape !== 'tall') return [...above, `${inside}- ${word(one)}${one.comment}`]
    const comma = index < entries.length - 1 || isTrailing ? ',' : ''
    return [...above, `${inside}${word(one)}${comma}${one.comment}`]
  })
  return shape === 'tall' ? [' [', ...lines, `${inside}]${own}`] : [own, ...lines]
}

const keyed = (key: string, [first, ...lines]: readonly string[], indent: string): string[] => [
  `${indent}"${key}":${first}`,
  ...lines,
]

const groups = record({ keys: shuffledSubarray(GROUPS), lists, inBraces: boolean() }).map((parts) => {
  const all = parts.keys.flatMap((key, index) =>
    parts.lists.slice(index, index + 1).map((one) => ({ key, one })),
  )
  if (all.length === 0) return [' {}']
  if (!parts.inBraces) {
    return ['  # groups', ...all.flatMap(({ key, one }) => keyed(key, listLines(one, '    '), '    '))]
  }
  const pairs = all.map(({ key, one }) => `"${key}": [${one.entries.map(word).join(',')}]`)
  return [` {${pairs.join(', ')}}`]
})

/** `list`: the second list is the first; `name`: the first name stands elsewhere too. */
type Sharing = '' | 'list' | 'name'

function shared([first, ...others]: List[], sharing: Sharing): List[] {
  const [name, ...names] = first?.entries ?? []
  if (sharing !== 'name' || first === undefined || name === undefined) return first ? [first, ...others] : []
  return [{ ...first, entries: [{ ...name, anchor: '&x ' }, ...names] }, ...others]
}

function valueLines(one: List, index: number, sharing: Sharing): string[] {
  if (sharing !== 'list' || index > 1) return listLines(one, '  ')
  const [first, ...lines] = listLines(one, '  ')
  return index === 0 ? [` &l${first}`, ...lines] : [` *l${one.comment}`]
}

/** A config without mistakes. @param sharings which aliases it may have */
export const configText = (...sharings: readonly Sharing[]): Arbitrary<string> =>
  record({
    keys: shuffledSubarray(LISTS, { minLength: 1 }),
    lists,
    above: array(said, { minLength: 4, maxLength: 4 }),
    groups: oneof(constant([]), groups),
    sharing: constantFrom(...sharings),
    rest: constantFrom('', 'http:\n  port:   80 # web\n', '\n\n# end\n'),
    isWindows: boolean(),
    hasNewline: boolean(),
  }).map((parts) => {
    const all = shared(parts.lists, parts.sharing)
    const lines = parts.keys.flatMap((key, index) => [
      ...(parts.above[index] ?? []).map((line) => `  ${line}`),
      ...all
        .slice(index, index + 1)
        .flatMap((one) => keyed(key, valueLines(one, index, parts.sharing), '  ')),
    ])
    const more = parts.groups.length > 0 ? keyed('extra_user_groups', parts.groups, '  ') : []
    const elsewhere = lines.some((line) => line.includes('&x ')) ? ['auth: {X: {l: [ *x ]}} # auth'] : []
    const whole = `${['# top', 'users:  # who', ...lines, ...more, ...elsewhere].join('\n')}\n${parts.rest}`
    const ended = parts.hasNewline ? whole : whole.trimEnd()
    return parts.isWindows ? ended.replaceAll('\n', '\r\n') : ended
  })
