import { Dice } from './lines/dice.ts'
import { HostLog } from './lines/host-log.ts'
import { writeLiveMigration } from './live/live-migration.ts'
import { Scribe } from './live/scribe.ts'
import type { LiveStory, Setting } from './live/story.ts'
import * as copied from './live/copied-stories.ts'
import * as refused from './live/refused-stories.ts'
import { Noise } from './lines/noise.ts'
import type { MigrationTruth } from './truth/truth.ts'

const hour = 3_600_000

/** One day of a hypervisor at DEBUG: noise, and a live migration every two hours. */
export interface BusyDay {
  readonly date: string
  readonly lines: readonly string[]
  readonly migrations: readonly MigrationTruth[]
}

const going = [copied.quick, copied.severalPasses, copied.timeout, copied.operator, refused.hypervisorError] as const

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
    story.truth(writeLiveMigration(new Scribe(story.spec, log, elsewhere, dice)))
  const migrations = Array.from({ length: 11 }, (_, n) => {
    const startAt = midnight + (n * 2 + 1) * hour
    const at: Setting = { ...setting, startAt }
    return told(dice.pick(going)(at))
  })
  new Noise(log, dice).fill(midnight + 1000, midnight + 24 * hour - 10_000, linesPerMinute)
  return { date: '2026-01-01', lines: log.entries().flatMap(({ lines }) => lines), migrations }
}
