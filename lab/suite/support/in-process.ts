import type { Client, MigrationReport } from '@landfall/api'
import { findHosts, Landfall } from '@landfall/server'
import { openLab } from '@landfall/lab'
import { store } from './journals.ts'
import { suiteLab } from './suite-lab.ts'

/** The system in this process, with the laboratory's hosts as they are configured now. */
export async function landfallHere(): Promise<Landfall> {
  const { hosts } = await findHosts({
    named: [],
    configFile: openLab(suiteLab().name).hostsFile,
    environmentFile: undefined,
    defaultFile: '/nowhere',
    laboratories: () => Promise.resolve([]),
  })
  return new Landfall({ hosts, store: store() })
}

/** Follows a migration to its end. */
export async function reportOf(system: Client, id: string): Promise<MigrationReport> {
  for await (const { update } of system.updates(id)) {
    if (update.kind === 'ended' || update.kind === 'refused') return update.report
  }
  throw new Error(`the story of ${id} broke off`)
}
