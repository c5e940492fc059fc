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
/** Whoever follows from elsewhere has read the end by then, also by a server that was frozen for some minutes. */
const keptMs = 600_000
/** Who died before it forgot something does so no more: what is older is nobody's, and is looked for so often. */
const longestKeptMs = 24 * 3_600_000
const forgetEveryMs = 3_600_000

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

const unpublished: Published = { last: 0, sample: null, endedAt: null }

/**
 * Answers what other processes ask of the migrations of this one, and tells them what they follow, for as long as there is one. A
 * store that is away is asked again: nothing is done or left undone by that.
 */
export class AnswersElsewhere {
  readonly #options: AnswerOptions
  readonly #published = new Map<string, Published>()
  #forgotAt: number | null = null
  #isRunning = false

  constructor(options: AnswerOptions) {
    this.#options = options
  }

  /**
   * Publishes the end of a request that became no migration, whether it is followed or not: once it is forgotten nothing else tells
   * any other server, as the one that it was taken from, what became of it. It is removed by {@link run}.
   */
  async tellEnd(id: string, log: UpdateLog): Promise<void> {
    const before = this.#published.get(id) ?? unpublished
    if (before.endedAt !== null) return
    const { news, after } = newsOf(log, before, this.#options.clock.now())
    await this.#options.store.elsewhere.publish(id, news)
    this.#published.set(id, after)
  }

  /** Called whenever a migration begins; it ends by itself. */
  async run(stopped: AbortSignal): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    const { active, clock } = this.#options
    while (!stopped.aborted && (active.all.some(isOwn) || this.#published.size > 0)) {
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
    for (const id of new Set([...(await elsewhere.followed()), ...this.#published.keys()]))
      await this.#tell(id, elsewhere)
    await this.#forgetOlder(elsewhere)
  }

  /** Of processes that died, or were restarted, before they forgot it. */
  async #forgetOlder(elsewhere: ElsewhereStore): Promise<void> {
    const now = this.#options.clock.now()
    if (this.#forgotAt !== null && Math.abs(now - this.#forgotAt) < forgetEveryMs) return
    await elsewhere.forgetOlder(now - longestKeptMs)
    this.#forgotAt = now
  }

  async #tell(id: string, elsewhere: ElsewhereStore): Promise<void> {
    const own = this.#options.active.find(id)
    const now = this.#options.clock.now()
    const before = this.#published.get(id) ?? unpublished
    if (before.endedAt !== null) {
      if (now - before.endedAt < keptMs) return
      await elsewhere.forget(id)
      this.#published.delete(id)
    } else if (own !== null && isOwn(own)) {
      const { news, after } = newsOf(own.log, before, now)
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
    failure === null ? updates : [...updates, { number: log.latest + 1, problem: problemOf(tellable(failure)) }]
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
