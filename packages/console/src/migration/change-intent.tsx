import type { IntentWish } from '@landfall/api'
import { namedSettings } from '@landfall/core'
import { useState } from 'react'
import { Confirm } from '../parts/confirm.tsx'
import { IntentField } from '../plan/intent-fields.tsx'
import type { Texts } from '../plan/intent-with.ts'
import { filledIn } from '../plan/intent-with.ts'
import { changeWords } from './change-words.ts'
import type { Story } from './story.ts'

export interface ChangeIntentProps {
  readonly guest: string
  readonly story: Story
  readonly denied: string | null
  readonly deniedBy: string | undefined
  readonly ask: (wish: IntentWish) => Promise<void>
}

/** What belongs to the launch cannot change any more. */
const changeable = namedSettings.filter(([, { changes }]) => changes === 'while-running')

/** What is wanted of a migration otherwise than before: each setting with what it was begun with, and what a change means. */
export function ChangeIntent({ guest, story, denied, deniedBy, ask }: ChangeIntentProps) {
  const [texts, setTexts] = useState<Texts>({})
  const { plan } = story
  return (
    <Confirm
      label="Change intent"
      title={`Change what is wanted of the migration of ${guest}?`}
      denied={denied}
      deniedBy={deniedBy}
      consequence={
        <>
          <div className="fields">
            {changeable.map(([name, setting]) => (
              <IntentField
                key={name}
                name={name}
                setting={setting}
                text={texts[name] ?? ''}
                intent={plan}
                onChange={(changed, text) => setTexts({ ...texts, [changed]: text })}
              />
            ))}
          </div>
          <ul className="plain" aria-live="polite">
            {changeWords(plan?.intent ?? null, texts).map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </>
      }
      doIt={async () => {
        const settings = filledIn(texts)
        await ask({ kind: 'change-intent', settings, origin: 'asked for in the console' })
        setTexts({})
      }}
    />
  )
}
