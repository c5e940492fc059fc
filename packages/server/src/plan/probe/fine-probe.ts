import type { DirtyWindow, Milliseconds } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'
import type { BusyTime } from './busy-share.ts'
import type { ProbeResult } from './windows-in-turn.ts'
import { windowsInTurn } from './windows-in-turn.ts'

const MiB = 1024 ** 2
const GiB = 1024 ** 3

/** QEMU 8.2.0, which takes windows in milliseconds (3eb82637fb); libvirt's own call knows whole seconds and 512 pages a GiB. */
export const oldestQemuForFineWindows = 8_002_000

export interface FineProbe {
  readonly windowsMs: readonly Milliseconds[]
  /** Of each GiB of memory; QEMU takes 128 to 16384. */
  readonly samplePagesPerGiB: number
}

/** With so many pages in all, a sampled share is known to one percent of the memory. */
const wantedSamples = 16_384
const [fewestPerGiB, mostPerGiB] = [512, 16_384]
/** QEMU hashes about a gigabyte a second, before and after the window; a window has to be long beside that. */
const hashedBytesPerMs = 1e6
const windowPerHash = 4

/** At least; and at most, whatever the first pass takes. With the hashing it stays below ten seconds. */
const [shortestWatchMs, longestWatchMs] = [3400, 8000]

/**
 * Windows that fit a guest of that size. It is watched for as long as its first pass will take, within bounds: a shorter look
 * cannot tell a guest that writes in bursts from a steady one. Windows that come again make the figures surer besides. Pure.
 */
export function fineProbeFor(memoryBytes: number, firstPassMs: Milliseconds): FineProbe {
  const gib = memoryBytes / GiB
  const samplePagesPerGiB = Math.round(Math.min(mostPerGiB, Math.max(fewestPerGiB, wantedSamples / gib)))
  const hashMs = (samplePagesPerGiB * gib * 4096) / hashedBytesPerMs
  const shortestMs = hashMs * windowPerHash
  const fits = (windowMs: Milliseconds): boolean => windowMs >= Math.min(shortestMs, 2000)
  const windowsMs = [100, 300, 1000, 2000].filter(fits)
  const again = [100, 300, 1000].filter(fits)
  const watchMs = Math.min(longestWatchMs, Math.max(shortestWatchMs, firstPassMs))
  let watchedMs = windowsMs.reduce((sum, windowMs) => sum + windowMs + 2 * hashMs, 0)
  for (let index = 0; again.length > 0; index++) {
    const next = again[index % again.length] ?? 0
    watchedMs += next + 2 * hashMs
    if (watchedMs > watchMs) break
    windowsMs.push(next)
  }
  return { windowsMs, samplePagesPerGiB }
}

const patienceMs = 5000
const pollMs = 20

/**
 * As probeDirtyRate, through QEMU's monitor: page sampling only, the one mode that is safe on every accelerator. libvirt
 * marks the guest as tainted by a monitor command, which changes nothing else.
 */
export async function probeFinely(
  domain: Domain,
  probe: FineProbe,
  clock: Clock,
  busyTime: () => Promise<BusyTime>,
): Promise<ProbeResult> {
  const { windowsMs, samplePagesPerGiB } = probe
  return windowsInTurn(windowsMs, 'ms', (windowMs) => measure(domain, windowMs, samplePagesPerGiB, clock), busyTime)
}

async function measure(
  domain: Domain,
  windowMs: Milliseconds,
  samplePagesPerGiB: number,
  clock: Clock,
): Promise<DirtyWindow | null> {
  await domain.qemuMonitorCommand({
    execute: 'calc-dirty-rate',
    arguments: {
      'calc-time': windowMs,
      'calc-time-unit': 'millisecond',
      'sample-pages': samplePagesPerGiB,
      mode: 'page-sampling',
    },
  })
  const deadline = clock.now() + windowMs + patienceMs
  await clock.sleep(windowMs)
  for (;;) {
    const answer = await domain.qemuMonitorCommand({
      execute: 'query-dirty-rate',
      arguments: { 'calc-time-unit': 'millisecond' },
    })
    const window = windowOf(answer, windowMs)
    if (window !== null) return window
    if (clock.now() >= deadline) return null
    await clock.sleep(pollMs)
  }
}

/** QEMU's answer to query-dirty-rate as a window; null while it measures, and for another measurement's. */
export function windowOf(answer: unknown, windowMs: Milliseconds): DirtyWindow | null {
  if (typeof answer !== 'object' || answer === null) return null
  const told = answer as Readonly<Record<string, unknown>>
  const { status, 'dirty-rate': rate, 'sample-pages': sampled, 'calc-time': tookMs } = told
  if (status !== 'measured' || typeof rate !== 'number' || typeof tookMs !== 'number') return null
  // QEMU tells how long the window became: a millisecond more now and then, a good deal on a busy host.
  if (tookMs < windowMs * 0.9 || tookMs > windowMs * 1.5 + 20) return null
  return {
    windowMs: tookMs,
    // Whole MiB/s, rounded down: half of one more is as likely as none, but for a guest that writes nothing.
    dirtyBytes: ((rate === 0 ? 0 : rate + 0.5) * MiB * tookMs) / 1000,
    kind: 'page-sampling',
    ageMs: 0,
    resolutionBytes: (MiB * tookMs) / 2000,
    ...(typeof sampled === 'number' ? { samplePagesPerGiB: sampled } : {}),
  }
}
