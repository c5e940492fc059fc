import { join } from 'node:path'
import type { Store } from '@landfall/server'
import { openStore } from '@landfall/server'
import { suiteLab } from './suite-lab.ts'

/** The suite's store: of each migration that was ever begun. */
export function store(): Store {
  const { service, stateDirectory } = suiteLab()
  return openStore(service?.store ?? join(stateDirectory, 'migrations'))
}
