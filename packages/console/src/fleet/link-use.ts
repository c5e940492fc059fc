import type { KeptSample, MigrationUnderWay } from '@landfall/api'

/** What migrations put on a host's link just now. */
export interface LinkUse {
  /** That leave it, and that come. */
  readonly out: number
  readonly in: number
  /** Of those whose speed was seen; null where none was. */
  readonly bytesPerSecond: number | null
  /** That are copied, and whose speed nobody has told. */
  readonly unknown: number
}

type Copied = Pick<MigrationUnderWay, 'id' | 'source' | 'destination' | 'status' | 'sample'>

const copied = new Set<MigrationUnderWay['status']>(['copying', 'switching', 'post-copy'])

/** The newest sample of each, and how fast it was sent behind the one before it; null where that is not known. */
export type Sent = ReadonlyMap<string, { readonly sample: KeptSample; readonly bytesPerSecond: number | null }>

export const nothingSent: Sent = new Map()

/** A look at them. A sample that was seen already tells no new speed, and none before it. Pure. */
export function sentBy(before: Sent, now: readonly Copied[]): Sent {
  return new Map(
    now.flatMap(({ id, sample }) => {
      if (sample === null) return []
      const earlier = before.get(id)
      if (earlier?.sample.at === sample.at) return [[id, earlier] as const]
      const [bytes, ms] =
        earlier === undefined ? [0, 0] : [sample.bytesSent - earlier.sample.bytesSent, sample.at - earlier.sample.at]
      // One that has sent less is a new try.
      return [[id, { sample, bytesPerSecond: ms > 0 && bytes >= 0 ? (bytes / ms) * 1000 : null }] as const]
    }),
  )
}

/** By host: none where nothing of it is on its way. Pure. */
export function linkUse(migrations: readonly Copied[], sent: Sent): ReadonlyMap<string, LinkUse> {
  const uses = new Map<string, LinkUse>()
  const add = (host: string | null, way: 'in' | 'out', speed: number | null): void => {
    if (host === null) return
    const use = uses.get(host) ?? { out: 0, in: 0, bytesPerSecond: null, unknown: 0 }
    uses.set(host, {
      ...use,
      [way]: use[way] + 1,
      bytesPerSecond: speed === null ? use.bytesPerSecond : (use.bytesPerSecond ?? 0) + speed,
      unknown: use.unknown + (speed === null ? 1 : 0),
    })
  }
  for (const { id, source, destination, status } of migrations) {
    if (!copied.has(status)) continue
    const speed = sent.get(id)?.bytesPerSecond ?? null
    add(source, 'out', speed)
    add(destination, 'in', speed)
  }
  return uses
}
