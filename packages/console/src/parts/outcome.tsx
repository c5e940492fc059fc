import type { Outcome } from '@landfall/core'

const tones: Readonly<Record<Outcome, string>> = {
  completed: 'good',
  recovered: 'good',
  refused: 'warn',
  aborted: 'warn',
  failed: 'bad',
}

export const OutcomeWord = ({ outcome }: { outcome: Outcome }) => (
  <span className={`outcome ${tones[outcome]}`}>{outcome}</span>
)
