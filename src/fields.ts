/** Parsed JSON as fields, and what is wrong with their names. Pure. */

export type Fields = Readonly<Record<string, unknown>>

/** True for a JSON object; lists and null are none. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first key too many or missing; undefined when the object has exactly these keys. */
export function oddKey(
  fields: Fields,
  keys: readonly string[],
): { unknown: string } | { missing: string } | undefined {
  const unknown = Object.keys(fields).find((name) => !keys.includes(name))
  if (unknown !== undefined) return { unknown }
  const missing = keys.find((name) => !Object.hasOwn(fields, name))
  return missing === undefined ? undefined : { missing }
}
