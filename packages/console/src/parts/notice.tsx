import { adviceText, LandfallError } from '@landfall/core'
import type { NextAction } from '@landfall/core'
import type { ReactNode } from 'react'

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

export const Notice = ({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) => (
  <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
    {children}
  </div>
)

/** What kept something from being done, and what to do about it. */
export function ErrorNotice({ error, again }: { error: unknown; again?: () => void }) {
  const { message, next } = wordsOf(error)
  return (
    <Notice tone="bad">
      <p>{message}</p>
      {next !== null && <p className="dim">{next}</p>}
      {again !== undefined && (
        <p>
          <button type="button" onClick={again}>
            Try again
          </button>
        </p>
      )}
    </Notice>
  )
}

/** An error's words, and what follows from it as somebody does it here. */
export function wordsOf(error: unknown): { readonly message: string; readonly next: string | null } {
  // As a form says it: without the name that JavaScript puts before an error's words.
  if (!(error instanceof LandfallError))
    return { message: error instanceof Error ? error.message : String(error), next: null }
  return { message: error.message, next: error.next === undefined ? null : adviceText(error.next, actionWords) }
}

/** What can be done next, as it is done in the console where that is possible. */
export function actionWords(next: NextAction): string {
  switch (next.action) {
    case 'watch':
      return `open the migration of ${next.guest}`
    case 'migrate':
      return next.guest === null ? 'move a guest' : `move ${next.guest}`
    case 'report':
      return next.migration === null ? 'the list of migrations' : `the report of ${next.migration}`
    case 'confirm':
    case 'revert':
      return `"landfall ${next.action} ${next.migration}" on the command line`
    case 'list-guests':
      return 'the fleet'
    case 'name-hosts':
      return `name the hosts in the service's ${next.defaultFile}`
    case 'use-hosts-file':
      return `the hosts file ${next.path}`
    case 'leave-out':
      return `leave out ${next.setting}`
  }
}
