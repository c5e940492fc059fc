import type { NovaSeen, NovaUnderWay } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { Heartbeat, RunningDifference } from '@landfall/nova'
import { heard, noHeartbeatYet, silentForMs } from '@landfall/nova'
import type { NovaApi } from '../../../cloud/nova.ts'
import { SoManyAtOnce } from '../../../hosts/so-many-at-once.ts'
import type { RunContext } from '../../start/context.ts'
import type { AboutLook } from './look.ts'
import { copyingJob, differencesNow, isOfNova, recordOf } from './look.ts'

/** Whoever asks within that is told what was seen; whoever asks later has Nova asked again. */
const freshMs = 5000
/** What two looks have seen so far apart is a difference: Nova and libvirt do not change at the same moment. */
const standsMs = 4000
/** Older than that it says nothing of now. */
const tellsForMs = 30_000
const atOnce = 8

interface Looked {
  at: number
  isNovas: boolean | null
  view: NovaUnderWay | null
  heartbeat: Heartbeat
  /** When each difference was seen first, by its code. */
  since: ReadonlyMap<string, number>
  /** Asked for once a record. */
  request: { readonly of: number; readonly id: string | null } | null
  looking: Promise<NovaUnderWay | null> | null
}

/** What Nova has of migrations under way, asked while somebody looks: two requests a migration every 5 s, and none otherwise. */
export class NovasLooks {
  readonly #context: Pick<RunContext, 'sessions' | 'clock' | 'nova'>
  readonly #asking: SoManyAtOnce
  readonly #byId = new Map<string, Looked>()

  constructor(context: Pick<RunContext, 'sessions' | 'clock' | 'nova'>) {
    this.#context = context
    this.#asking = new SoManyAtOnce(atOnce, context.clock)
  }

  /** What was seen a moment ago, at once; null for a guest that is not Nova's, and until Nova was asked. */
  last(about: AboutLook): NovaUnderWay | null {
    const looked = this.#of(about)
    const now = this.#context.clock.now()
    if (now - looked.at >= freshMs) void this.#look(about, looked)
    return now - looked.at < tellsForMs ? looked.view : null
  }

  /** As it is now; null for a guest that is not Nova's, and where no cloud is named. */
  async now(about: AboutLook): Promise<NovaUnderWay | null> {
    const looked = this.#of(about)
    return this.#context.clock.now() - looked.at < freshMs ? looked.view : this.#look(about, looked)
  }

  #of({ id }: AboutLook): Looked {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const now = this.#context.clock.now()
    for (const [other, { at, looking }] of this.#byId)
      if (looking === null && now - at > tellsForMs) this.#byId.delete(other)
    const looked: Looked = {
      at: -Infinity,
      isNovas: null,
      view: null,
      heartbeat: noHeartbeatYet(now),
      since: new Map(),
      request: null,
      looking: null,
    }
    this.#byId.set(id, looked)
    return looked
  }

  #look(about: AboutLook, looked: Looked): Promise<NovaUnderWay | null> {
    looked.looking ??= this.#asking
      .run(() => this.#ask(about, looked))
      .then((view) => {
        looked.view = view
        return view
      })
      .finally(() => {
        looked.at = this.#context.clock.now()
        looked.looking = null
      })
    return looked.looking
  }

  async #ask(about: AboutLook, looked: Looked): Promise<NovaUnderWay | null> {
    const { sessions, clock, nova: open } = this.#context
    looked.isNovas ??= about.nova !== null ? true : await isOfNova(sessions, about)
    if (looked.isNovas !== true) return null
    let cloud = looked.view?.cloud ?? ''
    try {
      const nova = await open()
      cloud = nova.cloud
      return { cloud, seen: await this.#compare(nova, about, looked), silent: null }
    } catch (error) {
      if (error instanceof LandfallError && error.code === 'nova-not-configured') return null
      looked.heartbeat = heard(looked.heartbeat, null, clock.now())
      const why = error instanceof Error ? error.message : String(error)
      const since = looked.view?.silent?.since ?? clock.now()
      return { cloud, seen: looked.view?.seen ?? null, silent: { why, since } }
    }
  }

  async #compare(nova: NovaApi, about: AboutLook, looked: Looked): Promise<NovaSeen> {
    const { sessions, clock } = this.#context
    const [newest, instance] = await Promise.all([nova.newestMigration(about.uuid), nova.server(about.uuid)])
    // Behind Nova's answer: what still copies then did so while the record was already final.
    const job = await copyingJob(sessions, about)
    const record = recordOf(nova, { record: newest, instance }, about)
    const now = clock.now()
    const beat = record === null ? null : { updatedAt: record.updatedAt?.getTime() ?? null }
    looked.heartbeat = heard(looked.heartbeat, beat, now)
    if (record !== null && looked.request?.of !== record.id) {
      const id = about.nova?.requestId ?? (await nova.requestOf(record).catch(() => null))
      looked.request = { of: record.id, id }
    }
    const found = differencesNow(nova, about, { record, instance }, job, silentForMs(looked.heartbeat, now))
    looked.since = new Map(found.map(({ code }) => [code, looked.since.get(code) ?? now]))
    const stands = ({ code }: RunningDifference): boolean => now - (looked.since.get(code) ?? now) >= standsMs
    return {
      at: now,
      migration:
        record === null
          ? null
          : {
              id: record.id,
              status: record.statusAsSent,
              source: record.sourceHost,
              destination: record.destinationHost,
            },
      requestId: record === null ? null : (looked.request?.id ?? null),
      instance:
        instance === null
          ? null
          : { id: instance.id, status: instance.status, taskState: instance.taskState, host: instance.host },
      libvirt: job,
      differences: found.filter(stands).map(({ what, next }) => ({ what, next })),
    }
  }
}
