/** Skips every test of a file, with the reason, where machines cannot run. */
import { beforeEach, inject } from 'vitest'

beforeEach(({ skip }) => {
  const reason = inject('noMachines')
  if (reason !== '') skip(reason)
})
