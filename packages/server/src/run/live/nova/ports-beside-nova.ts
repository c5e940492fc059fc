import type { Sample } from '@landfall/core'
import type { OpenNova } from '../../../cloud/nova.ts'
import type { DriverPorts } from '../driver/driver.ts'

export interface BesideNovaOptions {
  readonly open: OpenNova
  readonly server: string
  readonly migration: number
  readonly say: (message: string) => void
  /** Resolves once Nova's monitor was just heard of; rejects where it stays silent. */
  readonly untilHeard: () => Promise<void>
}

/**
 * The hands of a driver beside Nova, which carries the migration out. The downtime limit, the throttle's bounds and the rate are
 * libvirt's and QEMU's, and nobody else's. Post-copy is asked of Nova alone: started behind its back, Nova's timeout would
 * tear at a guest that already runs elsewhere, and its ports would stay where they were. An abort is asked of Nova first.
 */
export function portsBesideNova(ports: DriverPorts, options: BesideNovaOptions): DriverPorts {
  const { open, server, migration, say, untilHeard } = options
  /** What Nova's own steps may have written over. */
  let limitMs: number | null = null
  /** QEMU's, when it was last seen or set; null before that. */
  let inForceMs: number | null = null
  let abortsAsked = 0

  const abort = async (abortJob: () => Promise<void>): Promise<void> => {
    abortsAsked += 1
    // One that Nova took and that still copies is one whose nova-compute does not hear.
    if (abortsAsked > 1) {
      say(`Nova was asked to abort, and the guest is still copied: libvirt is asked`)
      return abortJob()
    }
    try {
      await (await open()).abort(server, migration)
    } catch (error) {
      say(`${describe(error)}: libvirt is asked to abort instead`)
      await abortJob()
    }
  }

  return {
    ...ports,
    // Nothing of Nova's is launched here, and a resumption is a launch like any other.
    resumePostCopy: () => Promise.reject(new Error('a migration of Nova’s is not launched again by libvirt')),
    obstacleToResume: () =>
      Promise.resolve('Nova carries it out, and whether Nova lives through a resumption was not tried'),
    readSample: async (previous: Sample | null) => {
      const sample = await ports.readSample(previous)
      const seen = sample?.downtimeLimitMs
      inForceMs = seen ?? inForceMs
      if (sample === null || limitMs === null || seen === undefined || seen === limitMs || sample.phase !== 'active')
        return sample
      say(`Nova's own step has set the downtime limit to ${seen} ms: it is set to ${limitMs} ms again`)
      const kept = { downtimeMs: limitMs, why: 'Nova’s step has overwritten it', numbers: { limitMs: seen } }
      await ports.perform({ kind: 'set-downtime-limit', ...kept })
      inForceMs = limitMs
      return { ...sample, downtimeLimitMs: limitMs }
    },
    perform: async (act) => {
      if (act.kind === 'start-post-copy') {
        await (await open()).forceComplete(server, migration)
        return
      }
      if (act.kind === 'abort') return abort(() => ports.perform(act))
      if (act.kind !== 'set-downtime-limit') return ports.perform(act)
      // Raised, it ends a copy that would go on: behind a nova-compute that is dead that makes an orphan. Lowered, it ends none.
      if (inForceMs === null || act.downtimeMs > inForceMs) await untilHeard()
      await ports.perform(act)
      limitMs = act.downtimeMs
      inForceMs = act.downtimeMs
    },
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))
