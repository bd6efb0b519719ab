/** A machine's own copy of this checkout, because a checkout may be edited while a test runs. */
import type { Machine } from './machine.ts'

/** Copies what lies at /src (see MachineOptions.checkout) to /root/checkout; node_modules stays shared. */
export async function copyCheckout(machine: Machine): Promise<void> {
  await machine.sh(
    'mkdir /root/checkout; cd /src; ' +
      "tar --exclude=./.git --exclude=./node_modules --exclude='./python/.*' -cf - . | tar -xf - -C /root/checkout; " +
      'ln -s /src/node_modules /root/checkout/',
  )
}
