import { Dice } from './dice.ts'
import { HostLog } from './host-log.ts'
import { LiveMigrationScribe } from './live-migration.ts'
import type { LiveStory, Setting } from './live-stories.ts'
import * as stories from './live-stories.ts'
import { Noise } from './noise.ts'
import type { MigrationTruth } from './truth.ts'

const hour = 3_600_000

/** One day of a hypervisor at DEBUG: noise, and a live migration every two hours. */
export interface BusyDay {
  readonly date: string
  readonly lines: readonly string[]
  readonly migrations: readonly MigrationTruth[]
}

const going = [
  stories.quick,
  stories.severalPasses,
  stories.timeout,
  stories.operator,
  stories.hypervisorError,
] as const

/** @param linesPerMinute of noise; a line has about 250 bytes */
export function busyDay(seed: number, linesPerMinute: number): BusyDay {
  const dice = new Dice(seed)
  const midnight = Date.UTC(2026, 0, 1)
  const log = new HostLog('nova1', 26, 'DEBUG', dice)
  const elsewhere = new HostLog('nova2', 26, 'DEBUG', dice)
  const setting = {
    dice,
    release: 26,
    level: 'DEBUG',
    source: 'nova1',
    destination: 'nova2',
    linkBytesPerSecond: 1.1e9,
  } as const
  const told = (story: LiveStory): MigrationTruth =>
    story.truth(new LiveMigrationScribe(story.spec, log, elsewhere, dice).write())
  const migrations = Array.from({ length: 11 }, (_, n) => {
    const startAt = midnight + (n * 2 + 1) * hour
    const at: Setting = { ...setting, startAt }
    return told(dice.pick(going)(at))
  })
  new Noise(log, dice).fill(midnight + 1000, midnight + 24 * hour - 10_000, linesPerMinute)
  return { date: '2026-01-01', lines: log.entries().flatMap(({ lines }) => lines), migrations }
}
