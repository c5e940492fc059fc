import type { Making } from './use-made.ts'

type Shown = Pick<Making<unknown>, 'busy' | 'made' | 'steps'>

/** The button of a form that plans, and what pressing it does. */
export const PlanButton = ({ busy, made, told }: Omit<Shown, 'steps'> & { told: string }) => (
  <div className="actions">
    <button type="submit" className={made === null ? 'first' : ''} aria-disabled={busy}>
      {busy ? 'Planning …' : made === null ? 'Plan' : 'Measure and plan again'}
    </button>
    <span className="dim">{told}</span>
  </div>
)

/** What is being done for it. */
export const Steps = ({ busy, steps }: Omit<Shown, 'made'>) =>
  busy ? (
    <ul className="plain dim" aria-live="polite" aria-label="What is being done">
      {steps.map((message, index) => (
        <li key={`${index} ${message}`}>{message}</li>
      ))}
    </ul>
  ) : null
