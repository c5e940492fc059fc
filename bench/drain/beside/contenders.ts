import { virsh } from '@landfall/lab'
import { setTimeout as delay } from 'node:timers/promises'
import { source } from './guests.ts'

export interface Peer {
  readonly name: string
  /** How many leave the host at a time. */
  readonly atOnce: number
  /** QEMU's downtime limit from the start; its usual one where null. */
  readonly downtimeMs: number | null
}

/** The rules of others for how many move at a time, on the same hosts and guests; plain pre-copy, as theirs is unless told. */
export const peers: readonly Peer[] = [
  { name: 'one at a time', atOnce: 1, downtimeMs: null },
  { name: 'all at once', atOnce: Infinity, downtimeMs: null },
  { name: 'KubeVirt: 2 per host', atOnce: 2, downtimeMs: null },
  // The first of the steps in which it lets the downtime grow; the next comes after 150 s.
  { name: 'Nova: 1 per host', atOnce: 1, downtimeMs: 46 },
  { name: 'XAPI: 10 per host', atOnce: 10, downtimeMs: null },
]

export interface Move {
  readonly guest: string
  readonly to: string
  /** Wall clock. */
  readonly startedAt: number
  readonly endedAt: number
  readonly moved: boolean
  readonly why: string
}

/** Moves them as the peer would, in that order; what has not ended after `mostMs` is aborted, and what waits then is left. */
export async function moveAll(
  lab: string,
  { atOnce, downtimeMs }: Peer,
  wanted: readonly { readonly guest: string; readonly to: string }[],
  mostMs: number,
): Promise<readonly Move[]> {
  const endsAt = Date.now() + mostMs
  const queue = wanted.values()
  const moves: Move[] = []
  const worker = async (): Promise<void> => {
    for (const { guest, to } of queue) {
      const startedAt = Date.now()
      if (startedAt >= endsAt) {
        moves.push({ guest, to, startedAt, endedAt: startedAt, moved: false, why: 'its turn did not come' })
        continue
      }
      if (downtimeMs !== null) await virsh(lab, source, ['migrate-setmaxdowntime', guest, String(downtimeMs)])
      const why = await move(lab, guest, to, endsAt)
      moves.push({ guest, to, startedAt, endedAt: Date.now(), moved: why === '', why })
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, wanted.length) }, worker))
  return moves
}

/** @returns why it did not move; empty where it did */
async function move(lab: string, guest: string, to: string, endsAt: number): Promise<string> {
  const over = new AbortController()
  const migrating = virsh(lab, source, [
    'migrate',
    '--live',
    '--p2p',
    '--persistent',
    '--undefinesource',
    guest,
    `qemu+tcp://${to}/system`,
  ]).then(
    () => '',
    (error: unknown) => String(error).split('\n').at(-1) ?? '',
  )
  const late = delay(Math.max(0, endsAt - Date.now()), 'late', { signal: over.signal }).catch(() => 'over')
  const first = await Promise.race([migrating, late])
  over.abort()
  if (first !== 'late') return first
  await virsh(lab, source, ['domjobabort', guest]).catch(() => undefined)
  const why = await migrating
  return why === '' ? '' : `not ended in time`
}
