/** Works through a list a few at a time, as people come in. */

/** Does the work for every entry, never for more than so many at once. @returns the results in the order of the entries */
export async function someAtOnce<Entry, Result>(
  entries: readonly Entry[],
  atOnce: number,
  work: (entry: Entry, at: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const left = [...entries.entries()]
  const results = new Map<number, Result>()
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [at, entry] = next
      results.set(at, await work(entry, at))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return entries.map((_, at) => results.get(at) as Result)
}
