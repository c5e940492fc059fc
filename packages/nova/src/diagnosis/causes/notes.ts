import { formatDuration, formatRate } from '@landfall/core'
import type { Case } from '../case.ts'
import { all, first } from '../episodes/episode.ts'

/** What a link of 1 Gbit/s carries of a stream, in bytes per second. */
const gigabit = { low: 104 * 2 ** 20, high: 119 * 2 ** 20 }
const longCopyS = 60

/** What a reader should know of a migration besides its causes: nothing of it is wrong by itself. */
export function notesOf(of: Case, inboundAddress: string): string[] {
  return [onGigabit(of, inboundAddress), nearlyAPlateau(of), stepsOutlastTimeout(of), poweredOff(of)].filter(
    (note) => note !== null,
  )
}

/** A guest that does not shut down in its time is powered off, and boots as after a power cut. */
function poweredOff({ episode }: Case): string | null {
  if (episode.kind !== 'cold' || !all(episode, 'shut-down').some(({ said }) => said.forced)) return null
  return 'the guest did not shut down within its time (os_shutdown_timeout of its image, else [DEFAULT] shutdown_timeout) and was powered off: see its file systems, and that it hears the power button'
}

/** A steady rate that is just a gigabit's is a question: hypervisors mostly have a faster network, and a slower one for management. */
function onGigabit({ copying, episode }: Case, inboundAddress: string): string | null {
  const { linkBytesPerSecond: link, samples } = copying
  const lastS = samples.at(-1)?.timeS ?? 0
  if (episode.kind !== 'live' || link === null || lastS < longCopyS || link < gigabit.low || link > gigabit.high)
    return null
  return `${formatRate(link)} is just what 1 Gbit/s carries: where the hosts have a faster network, the stream does not take it (the host's name leads to a management network?); ${inboundAddress} on each host says which it takes, as read on the destination`
}

/** The guest writes about as fast as the link carries: hardly a pass gets shorter, whether a plateau can be told or not. */
function nearlyAPlateau({ copying, outcome }: Case): string | null {
  const { plateau, linkBytesPerSecond: link, writeBytesPerSecond: writes } = copying
  if (plateau || outcome === 'completed' || link === null || writes === null || writes.low < 0.85 * link) return null
  return `the guest writes about as fast as the link carries (≥ ${formatRate(writes.low)} over ${formatRate(link)}): passes hardly get shorter`
}

/** A pause that the schedule allows only after the timeout is never allowed. */
function stepsOutlastTimeout({ episode, options }: Case): string | null {
  const timeout = first(episode, 'timeout')?.said.seconds
  const steps =
    first(episode, 'schedule')?.said.steps ??
    all(episode, 'downtime').map(({ said }) => [said.afterS, said.downtimeMs] as const)
  const last = steps.at(-1)
  if (timeout === undefined || last === undefined || last[0] <= timeout) return null
  const reached = steps.findLast(([afterS]) => afterS <= timeout)?.[1] ?? 0
  const wanted = options.number('libvirt.live_migration_downtime') ?? last[1]
  return `the downtime steps outlast the timeout: ${wanted} ms would have been allowed after ${formatDuration(last[0] * 1000)}, and the timeout came after ${formatDuration(timeout * 1000)}, at ${reached} ms`
}
