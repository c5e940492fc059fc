import type { Release } from '../options/release.ts'
import { writeColdMigration } from './cold-migration.ts'
import { Dice } from './lines/dice.ts'
import type { LogLevel } from './lines/host-log.ts'
import { HostLog } from './lines/host-log.ts'
import { writeLiveMigration } from './live/live-migration.ts'
import { Scribe } from './live/scribe.ts'
import * as copied from './live/copied-stories.ts'
import * as refused from './live/refused-stories.ts'
import type { LiveStory, Setting } from './live/story.ts'
import { Noise } from './lines/noise.ts'
import type { Scenario } from './truth/scenarios.ts'
import type { HostFiles, LogFile, MigrationTruth } from './truth/truth.ts'

export interface LogRequest {
  readonly scenario: Scenario
  readonly release: Release
  readonly level: LogLevel
  /** The log ends at a random moment of its main migration. */
  readonly truncated?: boolean
}

export interface GeneratedLog {
  readonly hosts: readonly HostFiles[]
  readonly truth: { readonly migrations: readonly MigrationTruth[] }
}

const minute = 60_000
/** One, two and a half, ten gigabit. */
const links = [112e6, 280e6, 1.15e9] as const

/** Logs of nova-compute of two hosts whose truth is known. The same seed and request give the same lines. */
export function generateLog(seed: number, request: LogRequest): GeneratedLog {
  const dice = new Dice(seed)
  const { release, level, scenario } = request
  const [source, destination] = dice.pick([
    ['nova1', 'nova2'],
    ['compute-07.example.org', 'compute-11.example.org'],
    ['rack3-hv01', 'rack3-hv02'],
  ] as const)
  const logs = {
    source: new HostLog(source, release, level, dice),
    destination: new HostLog(destination, release, level, dice),
  }
  // Late in the evening, so that some cross midnight.
  const year = 2015 + Math.floor((release - 12) / 2)
  const from = Date.UTC(
    year,
    dice.whole(0, 11),
    dice.whole(1, 28),
    dice.whole(0, 23),
    dice.whole(0, 59),
    dice.whole(0, 59),
    dice.whole(0, 999),
  )
  const setting: Setting = {
    dice,
    release,
    level,
    source,
    destination,
    startAt: from + dice.between(3, 10) * minute,
    linkBytesPerSecond: dice.pick(links) * dice.between(0.9, 1),
  }

  const migrations = [...tell(scenario, setting, logs)]
  const last = Math.max(...migrations.map(({ endedAt }) => endedAt), from)
  const open = migrations.some(({ outcome }) => outcome === 'running')
  const to = open ? last : last + (scenario === 'never-started' ? 130 : dice.between(2, 20)) * minute
  for (const log of [logs.source, logs.destination]) {
    const noise = new Noise(log, dice)
    if (dice.chance(0.3)) noise.starts(from)
    noise.fill(from + 10_000, to, level === 'DEBUG' ? 12 : 20)
    if (scenario === 'never-started' && log === logs.source) remind(log, migrations, to)
  }
  const main = migrations.at(-1)
  const cut = request.truncated && main ? main.startedAt + (main.endedAt - main.startedAt) * dice.between(0.05, 1) : to
  const known = migrations
    .filter(({ startedAt }) => startedAt <= cut)
    .map((truth) => (cut < to ? weakened(truth, cut) : truth))
  return {
    hosts: [logs.source, logs.destination].map((log) => ({
      name: log.name,
      files: filesOf(log, cut, dice, request.truncated === true),
    })),
    truth: { migrations: known },
  }
}

interface Logs {
  readonly source: HostLog
  readonly destination: HostLog
}

const other: Readonly<Partial<Record<Scenario, (setting: Setting) => LiveStory>>> = {
  'guest-writes-faster-than-link': copied.writesFaster,
  'timeout-before-first-pass': copied.timeoutBeforeFirstPass,
  'downtime-steps-too-far-apart': copied.stepsTooFarApart,
  'post-copy-not-permitted': copied.forcedWithoutPostCopy,
  'pre-check-failed': refused.preCheck,
  'aborted-by-operator': copied.operator,
  'aborted-by-timeout': copied.timeout,
  'source-service-restarted': refused.restarted,
  'destination-full': refused.destinationFull,
  'never-started': refused.neverStarted,
  'hypervisor-error': refused.hypervisorError,
  'success-quick': copied.quick,
  'success-several-passes': copied.severalPasses,
  'success-auto-converge': copied.autoConverge,
}

const ended = [copied.quick, copied.severalPasses, copied.timeout, copied.operator, refused.hypervisorError] as const

function* tell(scenario: Scenario, setting: Setting, logs: Logs): Generator<MigrationTruth> {
  const { dice } = setting
  const write = ({ spec, truth }: LiveStory, to: Logs = logs): MigrationTruth =>
    truth(writeLiveMigration(new Scribe(spec, to.source, to.destination, dice)))
  const single = other[scenario]
  if (single) return yield write(single(setting))
  const later = (truth: MigrationTruth, minutes: number): Setting => ({
    ...setting,
    startAt: truth.endedAt + minutes * minute,
  })
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others are in the table, or tell nothing
  switch (scenario) {
    case 'success-post-copy-forced':
      return yield write(copied.postCopy(setting, 'force'))
    case 'success-post-copy-by-timeout':
      return yield write(copied.postCopy(setting, 'timeout'))
    case 'queued': {
      const first = write(copied.severalPasses(setting))
      yield first
      // Its slot is free when the first one has ended.
      const startAt = first.startedAt + 12_000
      return yield write(copied.queued({ ...setting, startAt }, (first.endedAt - startAt) / 1000))
    }
    case 'link-slow': {
      let at = setting.startAt
      for (let n = 0; n < 4; n += 1) {
        const fast = write(copied.fullSpeed({ ...setting, startAt: at }))
        at = fast.endedAt + dice.between(1, 20) * minute
        yield fast
      }
      return yield write(copied.slowLink({ ...setting, startAt: at }))
    }
    case 'interleaved': {
      for (let n = 0; n < 3; n += 1)
        yield write(dice.pick(ended)({ ...setting, startAt: setting.startAt + n * dice.between(2, 20) * 1000 }))
      return
    }
    case 'same-instance-twice': {
      const first = copied.operator(setting)
      const truth = write(first)
      yield truth
      const again = copied.severalPasses(later(truth, dice.between(1, 30)))
      return yield write({
        spec: { ...again.spec, instance: first.spec.instance },
        truth: (course) => ({ ...again.truth(course), instance: first.spec.instance }),
      })
    }
    case 'cold-migration': {
      const instance = dice.uuid()
      const full = dice.chance(0.25)
      const course = writeColdMigration(
        {
          instance,
          startAt: setting.startAt,
          shutdownS: dice.whole(2, 60),
          copyS: dice.between(5, 300),
          ends: full ? 'destination-full' : 'completed',
          confirmed: dice.chance(0.5),
        },
        logs.source,
        logs.destination,
        dice,
      )
      return yield {
        kind: 'cold',
        instance,
        from: setting.source,
        to: setting.destination,
        startedAt: course.startedAt,
        endedAt: course.endedAt,
        outcome: full ? 'failed' : 'completed',
        outcomeMayBe: full ? ['refused'] : [],
        outcomeProvenAt: course.toldAt,
        causes: [],
        causesMayBe: full ? ['destination-full', 'pre-check-failed'] : [],
        // A claim that fails says nowhere that it was for a migration, but in its traceback.
        mustBeFound: !full,
        destinationIsTold: !full,
        orphanOn: null,
        passes: null,
        linkBytesPerSecond: null,
        writeBytesPerSecond: null,
      }
    }
  }
}

/** Nova's power-state task meets the instance every ten minutes. */
function remind(log: HostLog, migrations: readonly MigrationTruth[], to: number): void {
  for (const { instance, startedAt } of migrations) {
    for (let at = startedAt + 10 * minute; at < to; at += 10 * minute) {
      log.say({
        at,
        level: 'INFO',
        logger: 'nova.compute.manager',
        instance,
        message: 'During sync_power_state the instance has a pending task (migrating). Skip.',
      })
    }
  }
}

/** What a log that ends at `cut` still tells of it. */
function weakened(truth: MigrationTruth, cut: number): MigrationTruth {
  const told = truth.outcomeProvenAt !== null && truth.outcomeProvenAt <= cut
  const proven = truth.causes.filter(({ provenAt }) => provenAt <= cut)
  return {
    ...truth,
    endedAt: Math.min(truth.endedAt, cut),
    causes: proven,
    causesMayBe: [...truth.causesMayBe, ...truth.causes.flatMap(({ anyOf }) => anyOf)],
    ...(told
      ? {}
      : {
          outcome: 'running',
          // The line that announces an end may be there already: a timeout, an error of the hypervisor.
          outcomeMayBe: truth.outcome === 'completed' ? ['unknown'] : ['unknown', truth.outcome],
          causesMayBe: [...truth.causesMayBe, ...truth.causes.flatMap(({ anyOf }) => anyOf), 'never-started', 'queued'],
        }),
    mustBeFound: truth.mustBeFound && told,
    destinationIsTold: truth.destinationIsTold && truth.endedAt <= cut,
    orphanOn: told ? truth.orphanOn : null,
    // Of the whole migration, not of what is left of its log.
    passes: null,
  }
}

function filesOf(log: HostLog, cut: number, dice: Dice, truncated: boolean): readonly LogFile[] {
  const base = dice.chance(0.25) ? 'ostackhost.log' : 'nova-compute.log'
  const entries = log.entries().filter(({ at }) => at <= cut)
  const syslog = dice.chance(0.15)
  const wrapped = entries.flatMap(({ at, lines }) => (syslog ? lines.map((line) => inSyslog(log, at, line)) : lines))
  const last = wrapped.at(-1)
  const lines =
    truncated && last !== undefined ? [...wrapped.slice(0, -1), last.slice(0, dice.whole(0, last.length))] : wrapped
  if (lines.length < 20 || dice.chance(0.6)) return [{ name: base, lines }]
  const split = dice.whole(1, lines.length - 1)
  // As a folder lists them: the newer first.
  return [
    { name: base, lines: lines.slice(split) },
    { name: `${base}.1`, lines: lines.slice(0, split) },
  ]
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

function inSyslog(log: HostLog, at: number, line: string): string {
  const date = new Date(at)
  const day = String(date.getUTCDate()).padStart(2, ' ')
  return `${months[date.getUTCMonth()] ?? ''} ${day} ${date.toISOString().slice(11, 19)} ${log.name} nova-compute[${log.pid}]: ${line}#033[00m`
}
