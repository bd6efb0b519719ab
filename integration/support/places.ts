/** Where the tests find things on this host. */
import { join, resolve } from 'node:path'

/** Root of the checkout. */
export const REPOSITORY = resolve(import.meta.dirname, '../..')
export const MACHINE_SH = join(REPOSITORY, 'machine/machine.sh')
/** Images and running machines; the driver has the same default. */
export const MACHINE_STATE = process.env['TLJH_MACHINE_STATE'] ?? '/var/tmp/littlest-hub'
/** Screenshots and logs of failed tests. */
export const REPORTS = join(REPOSITORY, 'reports')
