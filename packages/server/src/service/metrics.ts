import type { MigrationHandle, MigrationStatus, MigrationUpdate } from '@landfall/api'
import { migrationStatuses } from '@landfall/api'
import { compare } from '@landfall/core'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Answered } from '../http/app.ts'

export interface MetricSources {
  /** Each migration under way here. */
  readonly underWay: () => readonly { readonly id: string; readonly status: MigrationStatus }[]
  /** Whether each host answers, as it was seen last. */
  readonly hosts: () => readonly { readonly name: string; readonly reachable: boolean }[]
  /** Whether the store took something when it was tried last. */
  readonly storeIsWritable: () => boolean
  /** What each target of notifications has not been told yet. */
  readonly notificationsWaiting: () => readonly { readonly target: string; readonly count: number }[]
}

const seconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]
const pauses = [0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 5, 10, 30]
const bounds = ['low', 'likely', 'high'] as const

type Told<Kind extends MigrationUpdate['kind']> = Extract<MigrationUpdate, { readonly kind: Kind }>

/** What is told of each guest that is being copied, by its latest sample. */
const ofSamples: readonly (readonly [name: string, help: string, valueOf: (told: Told<'sample'>) => number])[] = [
  ['landfall_migration_remaining_bytes', 'Memory that is still to be sent', ({ sample }) => sample.remainingBytes],
  ['landfall_migration_transferred_bytes', 'Sent so far', ({ sample }) => sample.bytesSent],
  ['landfall_migration_pass', 'The pass that is being sent', ({ sample }) => sample.pass],
  [
    'landfall_migration_throttle_ratio',
    'How far the guest is slowed down, 0 to 1',
    ({ sample }) => sample.throttlePercent / 100,
  ],
]

/** Where an end can be predicted at all: before that it is copied by nobody, and a broken post-copy waits for its link. */
const foreseeable: readonly Told<'sample'>['sample']['phase'][] = ['active', 'switchover', 'post-copy']

/**
 * What Prometheus is told. Guests are labels only of what goes on and is taken away with its end, so that the number of series
 * stays that of migrations under way; what is counted for ever has no label that grows.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #underWay: MetricSources['underWay']
  /**
   * The latest sample of each migration whose guest is being copied: looked at when somebody asks, which is more seldom than one is
   * told. By its ID, for guests of several hosts may have the same name.
   */
  readonly #copying = new Map<string, { readonly guest: string; readonly told: Told<'sample'> }>()
  /** The guests of those whose post-copy stream broke, by their ID. */
  readonly #broken = new Map<string, string>()
  readonly #ended = new Counter({
    name: 'landfall_migrations_ended_total',
    help: 'Migrations that have ended',
    labelNames: ['outcome', 'strategy', 'reason'],
    registers: [this.#registry],
  })
  readonly #pauseExceeded = new Counter({
    name: 'landfall_pause_limits_exceeded_total',
    help: 'Migrations whose guest stood still for longer than its intent permits',
    registers: [this.#registry],
  })
  readonly #leftChanged = new Counter({
    name: 'landfall_guests_left_changed_total',
    help: 'Migrations after which something of the guest could not be put back',
    registers: [this.#registry],
  })
  /** Those that are being aborted. */
  readonly #aborting = new Set<string>()
  readonly #acts = new Counter({
    name: 'landfall_decisions_total',
    help: 'Levers that were pulled',
    labelNames: ['act', 'done'],
    registers: [this.#registry],
  })
  readonly #duration = this.#histogram('landfall_migration_duration_seconds', 'From the request to its end', seconds)
  readonly #downtime = this.#histogram('landfall_migration_downtime_seconds', 'The guest stood still', pauses)
  readonly #lostWork = this.#histogram(
    'landfall_migration_lost_work_seconds',
    'Work that the guest did not do meanwhile',
    seconds,
  )
  readonly #error = new Histogram({
    name: 'landfall_prediction_error_ratio',
    help: 'Predicted and actual apart, as a share of the actual; not its sign',
    labelNames: ['figure'],
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [this.#registry],
  })
  readonly #requests = new Counter({
    name: 'landfall_http_requests_total',
    help: 'Requests that were answered',
    labelNames: ['method', 'status'],
    registers: [this.#registry],
  })

  readonly #notifications = new Counter({
    name: 'landfall_notifications_total',
    help: 'Notifications that are over: delivered, given up after the last attempt, or dropped',
    labelNames: ['target', 'outcome'],
    registers: [this.#registry],
  })

  /** @param now milliseconds of a clock that nobody sets: one that is put right after the start would make it look older */
  constructor(
    { underWay, hosts, storeIsWritable, notificationsWaiting }: MetricSources,
    now: () => number = () => performance.now(),
  ) {
    this.#underWay = underWay
    const startedAt = now()
    this.#atScrape('landfall_uptime_seconds', 'Since when everything here is counted', [], () => [
      [{}, (now() - startedAt) / 1000],
    ])
    for (const [name, help, valueOf] of ofSamples) {
      this.#atScrape(name, help, ['guest'], () =>
        [...this.#copying.values()].map(({ guest, told }) => [{ guest }, valueOf(told)]),
      )
    }
    this.#atScrape(
      'landfall_migration_end_in_sight',
      '1 while an end is predicted, else 0; absent where none can be: before the copy, once it is aborted, and where post-copy broke',
      ['guest'],
      () =>
        [...this.#copying]
          .filter(([id, { told }]) => foreseeable.includes(told.sample.phase) && !this.#aborting.has(id))
          .map(([, { guest, told }]): readonly [{ guest: string }, number] => [
            { guest },
            told.outlook.etaMs === null ? 0 : 1,
          ])
          // Of two guests of the same name the last counts: that is to be the one that somebody has to look after.
          .toSorted(([, a], [, b]) => b - a),
    )
    this.#atScrape(
      'landfall_migration_predicted_end_timestamp_seconds',
      'When it is predicted to end; absent while no end is in sight',
      ['guest', 'bound'],
      () =>
        [...this.#copying.values()].flatMap(
          ({
            guest,
            told: {
              at,
              outlook: { etaMs },
            },
          }) => (etaMs === null ? [] : bounds.map((bound) => [{ guest, bound }, (at + etaMs[bound]) / 1000] as const)),
        ),
    )
    this.#atScrape(
      'landfall_migration_post_copy_broken',
      '1 from a break of a post-copy stream to the end',
      ['guest'],
      () => [...this.#broken.values()].map((guest) => [{ guest }, 1]),
    )
    this.#atScrape('landfall_migrations', 'Migrations under way, by where they are', ['status'], () => {
      const now = underWay().map(({ status }) => status)
      return migrationStatuses
        .filter((status) => status !== 'ended')
        .map((status) => [{ status }, now.filter((each) => each === status).length])
    })
    this.#atScrape('landfall_host_up', '1 where the host answered when it was asked last', ['host'], () =>
      hosts().map(({ name, reachable }) => [{ host: name }, reachable ? 1 : 0]),
    )
    this.#atScrape('landfall_store_up', '1 where the store took something when it was tried last', [], () => [
      [{}, storeIsWritable() ? 1 : 0],
    ])
    this.#atScrape(
      'landfall_notifications_waiting',
      'Notifications that their target has not taken yet',
      ['target'],
      () => notificationsWaiting().map(({ target, count }) => [{ target }, count]),
    )
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    const here = new Set(this.#underWay().map(({ id }) => id))
    // What goes on elsewhere, or could not be carried on, tells of no end.
    for (const id of [...this.#copying.keys(), ...this.#broken.keys()]) if (!here.has(id)) this.#forget(id)
    return this.#registry.metrics()
  }

  answered({ method, status }: Pick<Answered, 'method' | 'status'>): void {
    this.#requests.inc({ method, status: String(status) })
  }

  notified(target: string, outcome: 'delivered' | 'given-up' | 'dropped'): void {
    this.#notifications.inc({ target, outcome })
  }

  told({ id, guest }: MigrationHandle, update: MigrationUpdate): void {
    switch (update.kind) {
      case 'sample':
        return void this.#copying.set(id, { guest, told: update })
      case 'act':
        if (update.act.kind === 'abort') this.#aborting.add(id)
        return this.#acts.inc({ act: update.act.kind, done: 'yes' })
      case 'act-failed':
        return this.#acts.inc({ act: update.act.kind, done: 'no' })
      case 'post-copy-broken':
        return void this.#broken.set(id, guest)
      case 'try-failed':
        return this.#forget(id)
      case 'refused':
      case 'ended':
        return this.#end(id, update.report)
      case 'planned':
      case 'step':
      case 'config-finding':
      case 'obeyed':
      case 'waiting':
      case 'launched':
      case 'adopted':
    }
  }

  /** Nothing of it is copied just now. */
  #forget(id: string): void {
    this.#copying.delete(id)
    this.#aborting.delete(id)
    this.#broken.delete(id)
  }

  #end(id: string, report: Told<'ended'>['report']): void {
    this.#forget(id)
    const { outcome, strategy, reason, totalTimeMs, downtimeMs, lostWorkSeconds, notPutBack = [] } = report
    // Of what an older version has begun nobody knows.
    const { maxPauseMs = Infinity } = report
    if (strategy !== 'cold' && (downtimeMs ?? 0) > maxPauseMs) this.#pauseExceeded.inc()
    if (notPutBack.length > 0) this.#leftChanged.inc()
    this.#ended.inc({ outcome, strategy: strategy ?? 'none', reason: reason.code })
    if (totalTimeMs !== null) this.#duration.observe(totalTimeMs / 1000)
    if (downtimeMs !== null) this.#downtime.observe(downtimeMs / 1000)
    if (lostWorkSeconds !== null) this.#lostWork.observe(lostWorkSeconds)
    if (outcome !== 'completed') return
    for (const { figure, relativeError } of compare(report.predicted, report)) {
      if (Number.isFinite(relativeError)) this.#error.observe({ figure }, Math.abs(relativeError))
    }
  }

  /** Its series are those that `now` tells when somebody asks. */
  #atScrape<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    now: () => readonly (readonly [labels: Readonly<Record<Label, string>>, value: number])[],
  ): void {
    this.#registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [],
        collect() {
          this.reset()
          for (const [labels, value] of now()) this.set(labels, value)
        },
      }),
    )
  }

  #histogram(name: string, help: string, buckets: readonly number[]): Histogram {
    return new Histogram({ name, help, buckets: [...buckets], registers: [this.#registry] })
  }
}
