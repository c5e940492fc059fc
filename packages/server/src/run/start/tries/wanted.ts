import type { Intent } from '@landfall/core'
import { intentLater } from '@landfall/core'
import type { IntentNews, IntentSource } from '../../../intent/intent-source.ts'
import type { MigrationStory } from '../../../store/story/story.ts'

/**
 * What is wanted of a migration that may be tried again. Whoever asks means a deadline from its first start on; each try is steered
 * by one from its own.
 */
export class Wanted {
  readonly #story: () => MigrationStory
  readonly #source: IntentSource | undefined
  readonly #firstBeganAt: number
  /** Otherwise than in the last try, and from that one's start on; null for nothing. */
  #changed: Intent | null = null

  constructor(story: () => MigrationStory, source: IntentSource | undefined) {
    const { failedTries, beganAt } = story()
    this.#story = story
    this.#source = source
    this.#firstBeganAt = failedTries[0]?.beganAt ?? beganAt
  }

  /** As of the start of the last try. */
  get now(): Intent {
    const { state, record } = this.#story()
    return this.#changed ?? state?.intent ?? record.intent
  }

  /** Between two tries. */
  change(intent: Intent): void {
    this.#changed = this.fromThisTry(intent)
  }

  /** The next try goes on with it. */
  take(): void {
    this.#changed = null
  }

  fromThisTry(intent: Intent): Intent {
    return intentLater(intent, this.#story().beganAt - this.#firstBeganAt)
  }

  /** Where it may change during a try. */
  get source(): IntentSource | undefined {
    const source = this.#source
    if (source === undefined) return undefined
    const here = (news: IntentNews | null): IntentNews | null =>
      news?.kind === 'intent' ? { ...news, intent: this.fromThisTry(news.intent) } : news
    return { changed: () => here(source.changed()) }
  }

  /** Hears what has changed before a try is planned. Returns why that cannot be read; null where it can. */
  hear(): string | null {
    const news = this.#source?.changed() ?? null
    if (news?.kind === 'intent') this.change(news.intent)
    return news?.kind === 'unreadable' ? news.why : null
  }
}
