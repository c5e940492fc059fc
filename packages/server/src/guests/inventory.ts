import type { Inventory } from '@landfall/api'
import type { HostSession } from '../hosts/host-session.ts'
import { instancesOf } from './instance.ts'

export async function inventoryOf(sessions: readonly HostSession[]): Promise<Inventory> {
  const answers = await Promise.all(
    sessions.map(async (session) => {
      try {
        return { host: session.host.name, instances: await instancesOf(session), why: null }
      } catch (error) {
        return { host: session.host.name, instances: [], why: error instanceof Error ? error.message : String(error) }
      }
    }),
  )
  return {
    instances: answers.flatMap(({ instances }) => instances),
    silent: answers.flatMap(({ host, why }) => (why === null ? [] : [{ host, why }])),
    heard: answers.filter(({ why }) => why === null).length,
  }
}
