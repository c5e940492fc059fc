import { formatRate } from '@landfall/core'
import type { Case, Outline } from '../case.ts'
import type { Cause, LogPlace } from '../finding.ts'
import { sameHost } from '../episodes/told.ts'
import { rounded, someOf } from './evidence.ts'

/** Slower than half of what is usual is no noise. */
const slowShare = 0.5
/** Shorter copies are not slow, whatever they got of the link. */
const shortestS = 20
const MiB = 2 ** 20

export interface LinkReference {
  /** What a stream gets on a host's link, where somebody states it: bytes per second by host. */
  readonly usual: ReadonlyMap<string, number>
}

/** Far below what others got between the same hosts, what was stated, or what the configuration allows. */
export function linkSlow(of: Case, near: () => readonly Outline[], { usual }: LinkReference): Cause | null {
  const { copying, options, from, to } = of
  const link = copying.linkBytesPerSecond
  const lastS = copying.samples.at(-1)?.timeS ?? 0
  if (link === null || from === null || lastS < shortestS) return null
  const evidence = someOf(copying.samples.map(({ told }) => told))
  const capMiBps = options.number('libvirt.live_migration_bandwidth') ?? 0
  if (capMiBps > 0 && link >= 0.75 * capMiBps * MiB && link <= 1.1 * capMiBps * MiB && needed(of)) {
    return {
      code: 'link-slow',
      message: `the link carried ${formatRate(link)}: live_migration_bandwidth on the source allows ${capMiBps} MiB/s`,
      numbers: { linkBytesPerSecond: Math.round(link), allowedBytesPerSecond: capMiBps * MiB },
      evidence,
    }
  }
  const others = near()
  const comparable = others.filter(
    (other) =>
      other.number !== of.number &&
      other.linkBytesPerSecond !== null &&
      other.from !== null &&
      sameHost(other.from, from) &&
      to !== null &&
      other.to !== null &&
      sameHost(other.to, to),
  )
  const rates = comparable.map((other) => other.linkBytesPerSecond ?? 0).sort((a, b) => a - b)
  const stated = [...usual].find(([host]) => sameHost(host, from))?.[1]
  const reference = stated ?? rates[Math.floor(rates.length / 2)]
  if (reference === undefined || link >= slowShare * reference) return null
  const beside = others.filter(
    (other) => other.number !== of.number && overlaps(of, other) && sharesHost(of, other),
  ).length
  const share = rounded((link / reference) * 100)
  const against =
    stated === undefined
      ? `${formatRate(reference)} that others got between these hosts`
      : `the ${formatRate(reference)} stated for this host`
  const shared =
    beside === 0 ? '' : `; ${beside} other ${beside === 1 ? 'migration' : 'migrations'} of these hosts ran meanwhile`
  return {
    code: 'link-slow',
    message: `the link carried ${formatRate(link)}, ${share} % of ${against}${shared}`,
    numbers: {
      linkBytesPerSecond: Math.round(link),
      usualBytesPerSecond: Math.round(reference),
      comparedWith: stated === undefined ? rates.length : 1,
      meanwhile: beside,
    },
    evidence: [...evidence, ...listed(comparable[0]?.lastSampled)],
  }
}

/** Something came of it: it did not end, or every pass left as much. */
const needed = ({ outcome, copying }: Case): boolean => outcome !== 'completed' || copying.plateau

const listed = (place: LogPlace | null | undefined): LogPlace[] =>
  place === null || place === undefined ? [] : [place]

type Timed = Pick<Outline, 'copyingAt' | 'endedAt'>
type OnHosts = Pick<Outline, 'from' | 'to'>

function overlaps(a: Timed, b: Timed): boolean {
  if (a.copyingAt === null || b.copyingAt === null) return false
  return a.copyingAt < (b.endedAt ?? Infinity) && b.copyingAt < (a.endedAt ?? Infinity)
}

function sharesHost(a: OnHosts, b: OnHosts): boolean {
  const hosts = [b.from, b.to].filter((host) => host !== null)
  return [a.from, a.to].some((host) => host !== null && hosts.some((other) => sameHost(host, other)))
}
