import type { IntentWish } from '@landfall/api'
import type { Intent } from '@landfall/core'
import { intentLater } from '@landfall/core'
import type { IntentNews, IntentSource } from '../../../intent/intent-source.ts'
import { laterWish, wishedIntent } from '../../../intent/wished-intent.ts'
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
  change(wish: IntentWish): void {
    this.#changed = wishedIntent({ intent: this.now, sources: {} }, this.fromThisTry(wish)).intent
  }

  /** The next try goes on with it. */
  take(): void {
    this.#changed = null
  }

  fromThisTry(wish: IntentWish): IntentWish {
    return laterWish(wish, this.#passedMs)
  }

  /** Until the start of the last try. */
  get #passedMs(): number {
    return this.#story().beganAt - this.#firstBeganAt
  }

  /** Where it may change during a try. */
  get source(): IntentSource | undefined {
    const source = this.#source
    if (source === undefined) return undefined
    const here = (news: IntentNews | null): IntentNews | null =>
      news?.kind === 'intent' ? { ...news, intent: intentLater(news.intent, this.#passedMs) } : news
    return { changed: () => here(source.changed()) }
  }

  /** Hears what has changed before a try is planned. Returns why that cannot be read; null where it can. */
  hear(): string | null {
    const news = this.#source?.changed() ?? null
    if (news?.kind === 'intent') this.change({ ...news, kind: 'change-intent' })
    return news?.kind === 'unreadable' ? news.why : null
  }
}
