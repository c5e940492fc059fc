import type { JobStats, LifecycleEvent } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import type { HostSession } from '../hosts/host-session.ts'

/** What was seen of the guest's change of hosts, by our own clock. */
export interface HandOver {
  /** When the source's guest stopped for the last time. */
  readonly stoppedAt: number | null
  /** When it ran on the destination. */
  readonly resumedAt: number | null
  /** The source's own figures, sent once the migration has succeeded. */
  readonly completed: JobStats | null
}

/** Listens on both hosts from before the start until it is disposed of. */
export class HandOverWatch implements AsyncDisposable {
  readonly #registrations: AsyncDisposable[] = []
  #seen: HandOver = { stoppedAt: null, resumedAt: null, completed: null }

  get seen(): HandOver {
    return this.#seen
  }

  /** @param onEvent called for every event of the guest that may change what is to be done. */
  static async start(
    uuid: string,
    source: HostSession,
    destination: HostSession,
    clock: Clock,
    onEvent: () => void,
  ): Promise<HandOverWatch> {
    const watch = new HandOverWatch()
    const [here, there, leaving] = await Promise.all([
      source.connection(),
      // One that does not answer just now keeps nobody from steering: for that the source is enough.
      destination.connection().catch(() => null),
      source.find(uuid),
    ])
    // A daemon that is asked for one guest's events does not send those of a thousand others. On the destination the
    // guest does not exist yet, and an adopted one may be gone from the source.
    const only = leaving === null ? {} : { domain: leaving }
    const note = (change: (seen: HandOver) => HandOver): void => {
      watch.#seen = change(watch.#seen)
      onEvent()
    }
    watch.#registrations.push(
      await here.domainEventRegisterAny(
        'lifecycle',
        (event) => {
          if (event.domain.uuid === uuid && isHandOver(event, 'suspended')) note((seen) => withStop(seen, clock.now()))
        },
        only,
      ),
      await here.domainEventRegisterAny(
        'job-completed',
        ({ domain, fields }) => {
          if (domain.uuid === uuid) note((seen) => ({ ...seen, completed: fields }))
        },
        only,
      ),
      await here.domainEventRegisterAny(
        'migration-iteration',
        ({ domain }) => {
          if (domain.uuid === uuid) onEvent()
        },
        only,
      ),
    )
    const onResumed = await there?.domainEventRegisterAny('lifecycle', (event) => {
      if (event.domain.uuid === uuid && isHandOver(event, 'resumed')) note((seen) => withResume(seen, clock.now()))
    })
    if (onResumed !== undefined) watch.#registrations.push(onResumed)
    return watch
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const registration of this.#registrations) {
      // A daemon that went away has forgotten the registration by itself.
      await Promise.resolve(registration[Symbol.asyncDispose]()).catch(() => undefined)
    }
  }
}

/** A stop that was undone (a switchover that failed) is followed by another; one after the hand-over is none. */
export function withStop(seen: HandOver, at: number): HandOver {
  return seen.resumedAt === null || seen.stoppedAt === null ? { ...seen, stoppedAt: at } : seen
}

/** The first one counts: post-copy is said to have resumed the guest once more when it ends. */
export function withResume(seen: HandOver, at: number): HandOver {
  return seen.resumedAt === null ? { ...seen, resumedAt: at } : seen
}

/** Stopped or resumed by the migration itself, pre-copy or post-copy; not a stream that broke. */
function isHandOver({ event, detail }: LifecycleEvent, wanted: 'suspended' | 'resumed'): boolean {
  return event === wanted && (detail === 'migrated' || detail === 'postcopy')
}
