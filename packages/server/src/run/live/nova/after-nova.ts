import { differences } from '@landfall/nova'
import type { MigrationReport } from '@landfall/api'
import type { Clock } from '../../../clock.ts'
import type { OpenNova } from '../../../cloud/nova.ts'

export interface AfterNovaOptions {
  readonly open: OpenNova
  readonly server: string
  readonly migration: number
  readonly requestId: string | null
  readonly clock: Clock
  /** libvirt's name of the host where the guest runs; null where nobody can tell. */
  readonly runsOn: string | null
}

export interface AfterNova {
  readonly nova: NonNullable<MigrationReport['nova']>
  /** What differs, and what to do. */
  readonly remarks: readonly string[]
}

/** Nova has some seconds of work behind libvirt's job; more than this is told. */
const patienceMs = 90_000
const pollMs = 1000
/** Releases are known in which an end is written over within seconds: it counts once it has stood for so long. */
const standsMs = 5000

/** Waits until Nova is done, and compares what it has written down with where the guest runs. Nothing is repaired. */
export async function afterNova(options: AfterNovaOptions): Promise<AfterNova> {
  const { open, server, migration, requestId, clock, runsOn } = options
  const deadline = clock.now() + patienceMs
  const unknown = { migration, requestId, status: null, host: null, state: null }
  let stood = { as: '', since: deadline }
  for (;;) {
    const now = clock.now()
    try {
      const nova = await open()
      const [instance, newest] = await Promise.all([nova.server(server), nova.newestMigration(server)])
      const record = newest?.id === migration ? newest : null
      const told = {
        migration,
        requestId,
        status: record?.statusAsSent ?? null,
        host: instance?.host ?? null,
        state: instance?.vmState ?? null,
      }
      const as = JSON.stringify([told, instance?.taskState ?? null])
      if (stood.as !== as) stood = { as, since: now }
      const isDone = record === null || (nova.hasEnded(record) && (instance?.taskState ?? null) === null)
      if ((isDone && now - stood.since >= standsMs) || now >= deadline) {
        const place = runsOn === null ? null : { hostname: runsOn }
        const ended = record === null ? null : { id: migration, status: record.statusAsSent }
        const found = differences(server, instance, place, ended)
        return { nova: told, remarks: found.map(({ what, next }) => `${what}. ${next}`) }
      }
    } catch (error) {
      if (now >= deadline) {
        const why = error instanceof Error ? error.message : String(error)
        return { nova: unknown, remarks: [`what Nova has written down could not be compared: ${why}`] }
      }
    }
    await clock.sleep(pollMs)
  }
}
