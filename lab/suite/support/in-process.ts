import { findHosts, Landfall } from '@landfall/server'
import { openLab } from '@landfall/lab'
import { inject } from 'vitest'
import { store } from './journals.ts'

/** The system in this process, with the laboratory's hosts as they are configured now. */
export async function landfallHere(): Promise<Landfall> {
  const { hosts } = await findHosts({
    options: [],
    configFile: openLab(inject('labName')).hostsFile,
    environmentFile: undefined,
    defaultFile: '/nowhere',
    laboratories: () => Promise.resolve([]),
  })
  return new Landfall({ hosts, store: store() })
}
