/** A recorded run of a real Nova (26.2, libvirt 9.0, QEMU 7.2, TCG; 2026-11-23), as far as it is compared. */
export interface Recorded {
  readonly scenario: string
  readonly outcome: 'completed' | 'aborted'
  /** By Nova's monitor: from the start of the copying. */
  readonly copyingSeconds: number
  /** By the API: from the request. */
  readonly apiSeconds: number | null
  readonly passes: number
  readonly downtimeMs: number | null
  readonly lostWorkSeconds: number | null
}

export interface Case {
  readonly name: string
  /** What stands in nova.conf; null where none is named. */
  readonly conf: string | null
  readonly options: readonly string[]
  /** Aborted from outside after so long, where the recording was. */
  readonly abortAfterSeconds: number | null
  readonly recorded: Recorded | null
}

const asNova = ['--preset', 'nova']

const neverEnding: Recorded = {
  scenario: '02-nonconv-abort',
  outcome: 'aborted',
  copyingSeconds: 75,
  apiSeconds: 75,
  passes: 11,
  downtimeMs: null,
  lostWorkSeconds: null,
}
const timedOut: Recorded = {
  scenario: '03-nonconv-timeout',
  outcome: 'aborted',
  copyingSeconds: 48,
  apiSeconds: null,
  passes: 7,
  downtimeMs: null,
  lostWorkSeconds: null,
}
const slowed: Recorded = {
  scenario: '04-autoconverge',
  outcome: 'completed',
  copyingSeconds: 133,
  apiSeconds: 142,
  passes: 24,
  downtimeMs: 207,
  lostWorkSeconds: 96,
}
const autoConverge = 'live_migration_permit_auto_converge = true'

export const cases: readonly Case[] = [
  { name: 'Landfall, no nova.conf', conf: null, options: [], abortAfterSeconds: null, recorded: null },
  {
    name: 'Landfall, auto-converge permitted',
    conf: autoConverge,
    options: [],
    abortAfterSeconds: null,
    recorded: slowed,
  },
  {
    // 12 × 4 s: its memory and its tiny local disk count as 2 GiB each.
    name: 'preset nova, completion_timeout = 12',
    conf: 'live_migration_completion_timeout = 12',
    options: asNova,
    abortAfterSeconds: null,
    recorded: timedOut,
  },
  { name: 'preset nova, defaults', conf: '', options: asNova, abortAfterSeconds: 75, recorded: neverEnding },
  {
    name: 'preset nova, auto-converge permitted',
    conf: autoConverge,
    options: asNova,
    abortAfterSeconds: null,
    recorded: slowed,
  },
]
