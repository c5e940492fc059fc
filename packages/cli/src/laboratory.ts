import type { GuestSpeed } from '@landfall/api'
import type { GuestMeter, Host } from '@landfall/server'

type Laboratory = typeof import('@landfall/lab')
/** A guest as one asks for it. */
export type GuestRequest = Parameters<Laboratory['addGuest']>[1]

/** The laboratory comes with a checkout, not with the published package. */
export async function loadLaboratory(): Promise<Laboratory | null> {
  try {
    return await import('@landfall/lab')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

/** Laboratories that are up on this machine. */
export async function findLaboratories(): Promise<readonly { readonly name: string; readonly hostsFile: string }[]> {
  const laboratory = await loadLaboratory()
  return laboratory === null ? [] : laboratory.findLabs()
}

/** How far before a migration a guest's usual speed is taken from. */
const baselineMs = 2000

/**
 * Reads the counters of a laboratory's guests, where the hosts in use are a laboratory's. Elsewhere nobody can see a
 * guest's progress from outside, and stalls are reported as not measured.
 */
export async function laboratoryMeter(hosts: readonly Host[]): Promise<GuestMeter | null> {
  const laboratory = await loadLaboratory()
  if (laboratory === null) return null
  const used = new Set(hosts.map(({ uri }) => uri))
  const labs = laboratory
    .findLabs()
    .filter(({ state }) => state.hosts.some(({ unixUri, tcpUri }) => used.has(unixUri) || used.has(tcpUri)))
  const [lab] = labs
  if (lab === undefined) return null
  return async (guest, beganAt, endedAt) => {
    if (!laboratory.openLab(lab.name).state.guests.some(({ name }) => name === guest)) return null
    const samples = await laboratory.readProgress(lab.name, guest)
    // The records and the guest's stalls are of the monotonic clock; the migration's times are of the wall clock.
    const offsetMs = Date.now() - laboratory.monotonicNowMs()
    const from = beganAt - offsetMs
    const to = endedAt - offsetMs
    const baseline = laboratory.writeSpeed(samples, from - baselineMs, from)
    return {
      longestStallMs: laboratory.longestStall(samples, from, to),
      // A quiet guest has no work of which a share could be lost.
      lostWorkSeconds: baseline > 0 ? laboratory.lostWork(samples, from, to, baseline) : null,
      speed: baseline > 0 ? speedsOf(laboratory, samples, { from, to, baseline, offsetMs }) : [],
    }
  }
}

const speedEveryMs = 250

/** The guest's speed over the migration and a second before and after it. */
function speedsOf(
  laboratory: Laboratory,
  samples: Awaited<ReturnType<Laboratory['readProgress']>>,
  { from, to, baseline, offsetMs }: Readonly<Record<'from' | 'to' | 'baseline' | 'offsetMs', number>>,
): readonly GuestSpeed[] {
  const speeds: GuestSpeed[] = []
  for (let at = from - 1000; at < to; at += speedEveryMs) {
    const share = laboratory.writeSpeed(samples, at, at + speedEveryMs) / baseline
    speeds.push({ at: Math.round(at + speedEveryMs / 2 + offsetMs), share: Math.round(share * 1000) / 1000 })
  }
  return speeds
}
