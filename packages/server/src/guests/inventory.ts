import type { HostSession } from '../hosts/host-session.ts'
import type { Instance } from './instance.ts'
import { instancesOf } from './instance.ts'

/** The guests of every host that answers, and the hosts that did not. */
export interface Inventory {
  readonly instances: readonly Instance[]
  readonly silent: readonly { readonly host: string; readonly why: string }[]
}

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
  }
}
