/** Where claim slips go: a private file that is new or ours, or the standard output. */
import { loadAssets } from '../assets.ts'
import { UsageError } from '../errors.ts'
import { addressOf, hostAddress } from './address.ts'
import type { Context } from './context.ts'
import { readConfig } from './machine.ts'
import { renderSlips } from './slips.ts'

const TEMPLATE = 'slips.html'

/**
 * Writes the slips. @param path a file, made readable for root alone, or `-`
 * @throws UsageError when that path is not an ordinary file
 */
export async function writeSlips(
  context: Context,
  path: string,
  given: readonly { readonly name: string; readonly password: string | undefined }[],
): Promise<void> {
  const { host, output } = context
  const slips = given.flatMap(({ name, password }) => (password === undefined ? [] : [{ name, password }]))
  if (slips.length === 0) return output.note('Everybody has a password already: no slips were written.')
  const { templates } = await loadAssets()
  const address = addressOf(await readConfig(host), await hostAddress(host))
  const day = new Date().toISOString().slice(0, 10)
  const text = await renderSlips(templates.get(TEMPLATE) ?? '', { address, day, slips })
  if (path === '-') return output.raw(text)
  await checkSlipFile(context, path)
  await host.perform({ do: 'write', path, text, mode: 0o600, owner: 'root', group: 'root', secret: true })
  output.note(
    `${slips.length} claim ${slips.length === 1 ? 'slip' : 'slips'} in ${path}: print it, then delete it.`,
  )
}

/** @throws UsageError for a path that is no ordinary file, or that others could replace */
export async function checkSlipFile({ host }: Context, path: string): Promise<void> {
  if (path === '-') return
  if (!path.startsWith('/'))
    throw new UsageError(`--slips: expected a whole path such as /root/slips.html, found ${path}`)
  const there = await host.lstat(path)
  if (there !== undefined && there.type !== 'file')
    throw new UsageError(`--slips: ${path} is there and no ordinary file; take another path`)
  const folder = await host.lstat(path.replace(/\/[^/]*$/, '') || '/')
  if (folder?.type !== 'directory' || folder.uid !== 0 || (folder.mode & 0o022) !== 0)
    throw new UsageError(
      `--slips: ${path} does not lie in a folder of root that only root may write; take /root/slips.html`,
    )
}
