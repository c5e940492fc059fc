import type { IntentWish } from '@landfall/api'
import type { LayeredIntent } from '@landfall/core'
import { defaultIntent, intentLater, layeredIntent, readIntentSettings, settings } from '@landfall/core'

/**
 * What is wanted after such a wish. Pure.
 *
 * @throws InputError for a setting that cannot be read
 */
export function wishedIntent(before: LayeredIntent, wish: IntentWish): LayeredIntent {
  if ('intent' in wish) return { intent: wish.intent, sources: {} }
  return layeredIntent([{ from: wish.origin, settings: settingsOf(wish) }], before)
}

/** The same of a migration that was begun anew: its deadline counts from its first start on, not from this one's. */
export function laterWish(wish: IntentWish, passedMs: number): IntentWish {
  if (passedMs === 0) return wish
  if ('intent' in wish) return { ...wish, intent: intentLater(wish.intent, passedMs) }
  const { deadlineMs } = settingsOf(wish)
  if (deadlineMs === undefined || deadlineMs === null) return wish
  const later = intentLater({ ...defaultIntent, deadlineMs }, passedMs).deadlineMs ?? deadlineMs
  return { ...wish, settings: { ...wish.settings, deadline: settings.deadline.write(later) } }
}

/** @throws InputError for a setting that cannot be read */
export function assertReadable(wish: IntentWish): void {
  if ('settings' in wish) settingsOf(wish)
}

const settingsOf = (wish: Extract<IntentWish, { settings: unknown }>) =>
  readIntentSettings(wish.settings, (name) => name)
