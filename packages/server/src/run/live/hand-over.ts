import type { DomainEventName, DomainEvents, JobStats, LifecycleEvent } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'
import type { HostSession } from '../../hosts/host-session.ts'

/** What was seen of the guest's change of hosts, by our own clock. */
export interface HandOver {
  /** When the source's guest stopped for the last time. */
  readonly stoppedAt: number | null
  /** When it ran on the destination. */
  readonly resumedAt: number | null
  /** The source's own figures, sent once the migration has succeeded. */
  readonly completed: JobStats | null
  /** The destination could not be heard while the guest may have begun to run there: when it did is not known any more. */
  readonly resumeMissed: boolean
}

export const nothingSeen: HandOver = { stoppedAt: null, resumedAt: null, completed: null, resumeMissed: false }

/** Listens on both hosts from before the start until it is disposed of, whatever connection is lost and opened again meanwhile. */
export class HandOverWatch implements AsyncDisposable {
  readonly #registrations: AsyncDisposable[] = []
  readonly #gaps: (() => void)[] = []
  readonly #onEvent: () => void
  #seen: HandOver = nothingSeen

  private constructor(onEvent: () => void) {
    this.#onEvent = onEvent
  }

  get seen(): HandOver {
    return this.#seen
  }

  /** @param onEvent called for every event of the guest that may change what is to be done, and where one may have been missed. */
  static async start(
    uuid: string,
    source: HostSession,
    destination: HostSession,
    clock: Clock,
    onEvent: () => void,
  ): Promise<HandOverWatch> {
    const watch = new HandOverWatch(onEvent)
    try {
      await watch.#listen(uuid, source, destination, clock)
    } catch (error) {
      // The sessions outlive this migration by far.
      await watch[Symbol.asyncDispose]()
      throw error
    }
    return watch
  }

  async #listen(uuid: string, source: HostSession, destination: HostSession, clock: Clock): Promise<void> {
    const [isThere, leaving] = await Promise.all([
      // An unreachable destination does not stop steering, nor does one that refuses its events: for that the source is enough.
      destination.connection().then(
        () => true,
        () => false,
      ),
      source.find(uuid),
    ])
    // A daemon that is asked for one guest's events does not send those of a thousand others. On the destination the
    // guest does not exist yet, and an adopted one may be gone from the source.
    const only = leaving === null ? {} : { domain: leaving }
    const hear = async <Name extends DomainEventName>(
      name: Name,
      handler: (event: DomainEvents[Name]) => void,
    ): Promise<void> => {
      this.#registrations.push(await source.hear(name, handler, only))
    }
    await hear('lifecycle', (event) => {
      if (event.domain.uuid !== uuid || !isHandOver(event, 'suspended')) return
      this.#note((seen) => withStop(seen, clock.now()))
    })
    await hear('job-completed', ({ domain, fields }) => {
      if (domain.uuid === uuid) this.#note((seen) => ({ ...seen, completed: fields }))
    })
    await hear('migration-iteration', ({ domain }) => {
      if (domain.uuid === uuid) this.#onEvent()
    })
    this.#gaps.push(source.onGap(() => this.#note(withSourceGap)))
    if (!isThere) return
    const onResumed = (event: DomainEvents['lifecycle']): void => {
      if (event.domain.uuid !== uuid || !isHandOver(event, 'resumed')) return
      this.#note((seen) => withResume(seen, clock.now()))
    }
    const registered = await destination.hear('lifecycle', onResumed).catch(() => null)
    if (registered === null) return
    this.#registrations.push(registered)
    this.#gaps.push(destination.onGap(() => this.#note(withDestinationGap)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#gaps) stop()
    for (const registration of this.#registrations) {
      // A daemon that went away has forgotten the registration by itself.
      await Promise.resolve(registration[Symbol.asyncDispose]()).catch(() => undefined)
    }
  }

  #note(change: (seen: HandOver) => HandOver): void {
    this.#seen = change(this.#seen)
    this.#onEvent()
  }
}

/** A stop that was undone (a switchover that failed) is followed by another; one after the hand-over is none. */
export function withStop(seen: HandOver, at: number): HandOver {
  return seen.resumedAt === null || seen.stoppedAt === null ? { ...seen, stoppedAt: at } : seen
}

/** The first one counts: post-copy is said to have resumed the guest once more when it ends. */
export function withResume(seen: HandOver, at: number): HandOver {
  return seen.resumedAt === null && !seen.resumeMissed ? { ...seen, resumedAt: at } : seen
}

/** The stop that was seen may have been undone and followed by another meanwhile. */
export function withSourceGap(seen: HandOver): HandOver {
  return seen.resumedAt === null ? { ...seen, stoppedAt: null } : seen
}

/** A guest that had stopped may run there since: what is heard next may be the second resume. */
export function withDestinationGap(seen: HandOver): HandOver {
  return seen.stoppedAt !== null && seen.resumedAt === null ? { ...seen, resumeMissed: true } : seen
}

/** Stopped or resumed by the migration itself, pre-copy or post-copy; not a stream that broke. */
function isHandOver({ event, detail }: LifecycleEvent, wanted: 'suspended' | 'resumed'): boolean {
  return event === wanted && (detail === 'migrated' || detail === 'postcopy')
}
