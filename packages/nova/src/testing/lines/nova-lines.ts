import type { HostLog } from '../../logs/host-log.ts'
import { HostLogReader } from '../../logs/host-log-reader.ts'

export const guestA = '11111111-2222-4333-8444-555555555555'
export const guestB = '99999999-2222-4333-8444-555555555555'
const requestId = 'req-12341d4b-346a-40d0-83c6-5f4f6892b650'

export const driver = 'nova.virt.libvirt.driver'
export const migration = 'nova.virt.libvirt.migration'
export const manager = 'nova.compute.manager'

export interface Line {
  /** Seconds since 2026-11-23 06:00:00. */
  readonly at: number
  readonly text: string
}

export interface LineOptions {
  readonly level?: string
  readonly logger?: string
  /** Null for a line without an instance. */
  readonly instance?: string | null
  /** `[-]` when absent. */
  readonly request?: boolean | string
}

/** A line as oslo.log writes it. */
export function say(at: number, message: string, options: LineOptions = {}): Line {
  const { level = 'INFO', logger = driver, instance = guestA, request = false } = options
  const stamp = new Date(Date.UTC(2026, 10, 23, 6) + at * 1000).toISOString().slice(0, 23).replace('T', ' ')
  const id = typeof request === 'string' ? request : requestId
  const context = request === false ? '[-]' : `[None ${id} 2fc438af 30766be3 - - default default]`
  const of = instance === null ? '' : `[instance: ${instance}] `
  return { at, text: `${stamp} 8871 ${level} ${logger} ${context} ${of}${message}` }
}

const MiB = 2 ** 20
/** A sample in MiB. */
export const runs = (at: number, elapsedS: number, processed: number, remaining: number, total: number): Line =>
  say(
    at,
    `Migration running for ${elapsedS} secs, memory ${Math.round((remaining * 100) / total)}% remaining (bytes processed=${Math.round(processed * MiB)}, remaining=${Math.round(remaining * MiB)}, total=${total * MiB}); disk 100% remaining (bytes processed=0, remaining=0, total=0).`,
  )

/** What a source says before it copies. */
export const prepares = (at: number, to = 'h2', instance = guestA): Line[] => [
  say(at, `Took 2.00 seconds for pre_live_migration on destination host ${to}.`, { logger: manager, instance }),
  say(at + 0.5, 'Increasing downtime to 50 ms after 0 sec elapsed time', { logger: migration, instance }),
]

export const completes = (at: number, to = 'h2', instance = guestA): Line[] => [
  say(at, 'Migration operation has completed', { instance }),
  say(at, '_post_live_migration() is started..', { logger: manager, instance }),
  say(at + 1, `Migrating instance to ${to} finished successfully.`, { logger: manager, instance, request: true }),
]

/**
 * Samples of a guest that rewrites `set` MiB faster than `link` MiB/s carries, every `everyS` from 0 to `untilS`:
 * 1000 MiB in pass 1, `set` in each of the rest.
 */
export function plateau(at: number, link: number, set: number, untilS: number, everyS = 5): Line[] {
  const lines: Line[] = [runs(at, 0, 0, 0, 0)]
  for (let s = everyS; s <= untilS; s += everyS) {
    const sent = link * s
    const into = sent < 1000 ? 1000 - sent : set - ((sent - 1000) % set)
    lines.push(runs(at + s, s, sent, into, 1000))
  }
  return lines
}

export type Lines = Line | readonly Lines[]

const flat = (lines: Lines): string[] => ('text' in lines ? [lines.text] : lines.flatMap(flat))

export function logOf(host: string, ...lines: readonly Lines[]): HostLog {
  const reader = new HostLogReader(host)
  reader.text(`${flat(lines).join('\n')}\n`, 'nova-compute.log')
  return reader.end()
}
