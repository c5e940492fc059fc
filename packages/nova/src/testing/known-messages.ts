import type { MigrationFinding } from '../diagnosis/finding.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import type { Meaning } from '../diagnosis/meanings/meaning.ts'
import { HostLogReader } from '../logs/host-log-reader.ts'
import type { Release } from '../options/release.ts'
import { Dice } from './lines/dice.ts'
import type { LogContext, LogLevel } from './lines/host-log.ts'
import { HostLog } from './lines/host-log.ts'
import { rpcTraceback } from './lines/tracebacks.ts'
import { writeLiveMigration } from './live/live-migration.ts'
import type { LiveSpec } from './live/live-spec.ts'
import { defaultOptions } from './live/live-spec.ts'
import { Scribe } from './live/scribe.ts'

/** The guest that examples name. */
const anyGuest = '7a2824d6-cb17-45ef-89da-c2c9a453a58d'
const GiB = 2 ** 30
const startAt = Date.UTC(2026, 10, 23, 6)

/** What the doctor says of a log in which a migration fails with these words, where such words are met. */
export function saidOf(meaning: Meaning, release: Release, level: LogLevel, seed: number): readonly MigrationFinding[] {
  const dice = new Dice(seed)
  const source = new HostLog('nova1', release, level, dice)
  const destination = new HostLog('nova2', release, level, dice)
  const conductor = new HostLog('ctl', release, level, dice)
  const spec: LiveSpec = {
    instance: dice.uuid(),
    source: 'nova1',
    destination: 'nova2',
    startAt,
    memoryMiB: 2048,
    copiedDiskBytes: [],
    guest: {
      totalBytes: 2 * GiB,
      nonZeroShare: 0.95,
      autoConverge: false,
      hotBytes: GiB / 100,
      writeBytesPerSecond: 1e6,
      linkBytesPerSecond: 30e6,
    },
    options: defaultOptions,
    queuedS: 0,
    beginning: { kind: 'copies' },
    interventions: {},
  }
  const write = (more: Partial<LiveSpec>): void => {
    writeLiveMigration(new Scribe({ ...spec, ...more }, source, destination, dice))
  }
  const error = meaning.example.replaceAll(anyGuest, spec.instance)
  const request: LogContext = {
    kind: 'request',
    request: `req-${dice.uuid()}`,
    user: dice.hex(32),
    project: dice.hex(32),
  }
  switch (meaning.met) {
    case 'check': {
      const words = `Migration pre-check error: ${error}`
      write({
        beginning: {
          kind: 'check-refuses',
          on: dice.pick(['source', 'destination'] as const),
          class: 'MigrationPreCheckError',
          error: words,
        },
      })
      break
    }
    case 'prepare':
      write({ beginning: { kind: 'preparation-fails', class: 'NovaException', error } })
      break
    case 'copy':
      write({ interventions: { failAtS: dice.between(1, 40), failure: error } })
      break
    case 'conductor':
      conductor.say({
        at: startAt,
        level: 'WARNING',
        logger: 'nova.scheduler.utils',
        context: request,
        message: `Failed to ${release < 15 ? '' : 'compute_task_'}migrate_server: ${error}`,
      })
      conductor.say({
        at: startAt + 20,
        level: 'WARNING',
        logger: 'nova.scheduler.utils',
        context: request,
        instance: spec.instance,
        message: 'Setting instance to ACTIVE state.',
      })
      break
    case 'end': {
      const text = `nova.exception.NovaException: ${error}`
      const about = { logger: 'nova.compute.manager', context: request, instance: spec.instance } as const
      source.say({
        at: startAt,
        level: 'INFO',
        ...about,
        message: 'Took 2.00 seconds for pre_live_migration on destination host nova2.',
      })
      source.say({
        at: startAt + 30_000,
        level: 'INFO',
        ...about,
        logger: 'nova.virt.libvirt.driver',
        message: 'Migration operation has completed',
      })
      source.say({ at: startAt + 30_010, level: 'INFO', ...about, message: '_post_live_migration() is started..' })
      source.say({
        at: startAt + 33_000,
        level: 'ERROR',
        ...about,
        message: `Post live migration at destination nova2 failed: ${text}`,
        traceback: rpcTraceback(release, '_post_live_migration', text),
      })
      break
    }
    case 'cold': {
      destination.say({
        at: startAt,
        level: 'INFO',
        logger: 'nova.compute.manager',
        context: request,
        instance: spec.instance,
        message: 'Migrating',
      })
      source.say({
        at: startAt + 9000,
        level: 'INFO',
        logger: 'nova.compute.manager',
        context: request,
        instance: spec.instance,
        message: `Setting instance back to active after: ${error}`,
      })
    }
  }
  return diagnose([source, destination, conductor].map(read))
}

function read(log: HostLog) {
  const reader = new HostLogReader(log.name)
  reader.text(
    log
      .entries()
      .flatMap(({ lines }) => lines)
      .map((line) => `${line}\n`)
      .join(''),
    'nova-compute.log',
  )
  return reader.end()
}
