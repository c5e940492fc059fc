import type { Wish } from '@landfall/api'

/** What waits to be carried out, with one more: of a kind the last one counts, but changes of single settings add up. Pure. */
export function withWish(waiting: readonly Wish[], wish: Wish): readonly Wish[] {
  const addsUp = wish.kind === 'change-intent' && 'settings' in wish
  return [...(addsUp ? waiting : waiting.filter(({ kind }) => kind !== wish.kind)), wish]
}
