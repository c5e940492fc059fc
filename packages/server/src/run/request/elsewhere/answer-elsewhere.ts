import type { Answer, Wish } from '@landfall/api'
import { problemOf } from '@landfall/api'
import { tellable } from '../../../errors.ts'
import type { ElsewhereStore, News, Told } from '../../../store/elsewhere.ts'
import { isLast } from '../../../store/elsewhere.ts'
import type { RunContext } from '../../start/context.ts'
import type { UpdateLog } from '../../update-log.ts'
import type { ActiveMigration, ActiveMigrations } from '../active-migrations.ts'

/** A wish is heard, and an update told, within that. */
const everyMs = 300
/** Whoever follows from elsewhere has read the end by then. */
const keptMs = 60_000
/** The server that a request was taken from may be frozen; until it comes back its followers wait. */
const keptForTakenMs = 600_000

export interface AnswerOptions extends Pick<RunContext, 'store' | 'clock'> {
  readonly active: Pick<ActiveMigrations, 'all' | 'find'>
  readonly wish: (id: string, wish: Wish) => Promise<Answer>
}

/** Those that this process steers, or has still to begin. */
const isOwn = ({ running }: ActiveMigration): boolean => running === null || running.role.hands === 'on'

/** What of a followed migration was published. */
interface Published {
  readonly last: number
  readonly sample: number | null
  /** Since when its end is published; null while it goes on. */
  readonly endedAt: number | null
}

/**
 * Answers what other processes ask of the migrations of this one, and tells them what they follow, for as long as there is one. A
 * store that is away is asked again: nothing is done or left undone by that.
 */
export class AnswersElsewhere {
  readonly #options: AnswerOptions
  readonly #published = new Map<string, Published>()
  /** Of requests that were taken from another server. */
  readonly #taken = new Map<string, UpdateLog>()
  #isRunning = false

  constructor(options: AnswerOptions) {
    this.#options = options
  }

  /**
   * The end of a request that was taken from another server is published even where nobody follows it from elsewhere: one that is
   * refused leaves nothing behind by which the other could tell it, once it comes back. {@link run} has to be called, too.
   */
  tellEnd(id: string, log: UpdateLog): void {
    this.#taken.set(id, log)
  }

  /** Called whenever a migration begins; it ends by itself. */
  async run(stopped: AbortSignal): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    const { active, clock } = this.#options
    while (!stopped.aborted && (active.all.some(isOwn) || this.#published.size > 0 || this.#taken.size > 0)) {
      await this.look().catch(() => undefined)
      await clock.sleep(everyMs, stopped)
    }
    this.#isRunning = false
  }

  /** One look at what was asked. */
  async look(): Promise<void> {
    const { store, active, wish } = this.#options
    const { elsewhere } = store
    for (const { number, migration, wish: asked } of await elsewhere.asked()) {
      const own = active.find(migration)
      if (own === null || !isOwn(own) || !(await elsewhere.take(number))) continue
      await elsewhere.answer(number, await wish(migration, asked))
    }
    const ids = [...(await elsewhere.followed()), ...this.#published.keys(), ...this.#endsToTell()]
    for (const id of new Set(ids)) await this.#tell(id, elsewhere)
  }

  #endsToTell(): readonly string[] {
    for (const [id, log] of this.#taken) if (log.isLeft) this.#taken.delete(id)
    return [...this.#taken].flatMap(([id, log]) => (log.hasEnded ? id : []))
  }

  async #tell(id: string, elsewhere: ElsewhereStore): Promise<void> {
    const own = this.#options.active.find(id)
    const now = this.#options.clock.now()
    const before = this.#published.get(id) ?? { last: 0, sample: null, endedAt: null }
    const log = own !== null && isOwn(own) ? own.log : (this.#taken.get(id) ?? null)
    if (before.endedAt !== null) {
      if (now - before.endedAt < (this.#taken.has(id) ? keptForTakenMs : keptMs)) return
      await elsewhere.forget(id)
      this.#published.delete(id)
      this.#taken.delete(id)
    } else if (log !== null) {
      const { news, after } = newsOf(log, before, now)
      if (news.told.length > 0) await elsewhere.publish(id, news)
      this.#published.set(id, after)
    } else this.#published.delete(id)
  }
}

function newsOf(log: UpdateLog, before: Published, now: number): { news: News; after: Published } {
  const updates = log.kept.filter(({ number }) => number > before.last)
  const { failure } = log
  const last = updates.at(-1)?.number ?? before.last
  const told: readonly Told[] =
    failure === null ? updates : [...updates, { number: last + 1, problem: problemOf(tellable(failure)) }]
  const sample = updates.findLast(({ update }) => update.kind === 'sample')?.number ?? null
  const isOver = failure !== null || updates.some(({ update }) => isLast(update))
  return {
    news: { told, stale: sample === null ? null : before.sample },
    after: {
      last,
      sample: sample ?? before.sample,
      endedAt: isOver ? now : null,
    },
  }
}
