import type { Intent } from '@landfall/core'
import { defaultIntent, InputError, namedSettings, valueOf } from '@landfall/core'
import type { Texts } from '../plan/intent-with.ts'
import { filledIn, intentWith } from '../plan/intent-with.ts'

/**
 * What a change of intent means for a migration that runs, said before it is asked for. Pure.
 *
 * @param before what it was begun with; null where that is not known
 */
export function changeWords(before: Intent | null, texts: Texts): readonly string[] {
  const filled = filledIn(texts)
  if (Object.keys(filled).length === 0) return ['Nothing is changed yet: an empty field leaves what holds now.']
  const after = readable(before ?? defaultIntent, filled)
  if (after === null) return ['A field above cannot be read: nothing is asked for.']
  const changed = namedSettings
    .filter(([name]) => filled[name] !== undefined)
    .map(([, setting]) => {
      const told = setting.tell(valueOf(setting, after))
      return before === null
        ? `${setting.name}: ${told}`
        : `${setting.name}: ${setting.tell(valueOf(setting, before))} → ${told}`
    })
  const consequences = [
    'It is steered by this from its next look on; all else stays as it is.',
    ...(filled.deadline === undefined
      ? []
      : [
          'The deadline counts from the start of the migration: where no permitted act can keep it, it is aborted, and the guest stays where it runs.',
        ]),
    ...(filled['max-pause'] === undefined ? [] : ['The guest may stand still for as long as the pause limit says.']),
    ...(filled['max-slowdown'] === undefined
      ? []
      : ['The guest may be slowed down by that much. A throttle that is on stays until the end.']),
    ...(filled['post-copy'] === undefined || filled['post-copy'] === 'never'
      ? []
      : ['Post-copy counts only where the launch armed it. Once it has begun there is no way back.']),
  ]
  return [...changed, ...consequences]
}

function readable(before: Intent, texts: Texts): Intent | null {
  try {
    return intentWith(before, texts)
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}
