import type { HostStatus } from '@landfall/api'
import { usualDrainLimits } from '@landfall/api'
import { IntentFields } from '../plan/intent-fields.tsx'
import { filledIn } from '../plan/intent-with.ts'
import type { DrainForm } from './drain-request.ts'

export interface DrainFieldsProps {
  readonly form: DrainForm
  readonly onChange: (form: DrainForm) => void
  readonly hosts: readonly HostStatus[]
}

const limits = [
  ['perSource', 'leave at a time'],
  ['perDestination', 'enter a host at a time'],
  ['fleet', 'in all at a time'],
] as const

/** What is wanted of a drain: the host first, what is rarely changed folded away. */
export function DrainFields({ form, onChange, hosts }: DrainFieldsProps) {
  const set = (part: Partial<DrainForm>): void => onChange({ ...form, ...part })
  const others = hosts.filter(({ name }) => name !== form.host)
  return (
    <>
      <div className="fields">
        <label>
          <span>Host</span>
          <select value={form.host} onChange={({ target }) => set({ host: target.value, to: [] })} required>
            <option value="">choose a host</option>
            {hosts.map(({ name, reachable }) => (
              <option key={name} value={name} disabled={!reachable}>
                {name}
                {reachable ? '' : ' (silent)'}
              </option>
            ))}
          </select>
          <span className="dim">a host that answers</span>
        </label>
        <label>
          <span>What is to be done</span>
          <select
            value={form.kind}
            onChange={({ target }) => set({ kind: target.value === 'undrain' ? 'undrain' : 'drain' })}
          >
            <option value="drain">empty it</option>
            <option value="undrain">bring its guests back</option>
          </select>
          <span className="dim">{form.kind === 'undrain' ? 'that its newest drain moved away' : ''}</span>
        </label>
        <label>
          <span>Who will not move live</span>
          <select
            value={form.fallback}
            onChange={({ target }) => set({ fallback: target.value === 'cold' ? 'cold' : 'stay' })}
          >
            <option value="stay">stays</option>
            <option value="cold">is moved cold</option>
          </select>
          <span className="dim">{form.fallback === 'cold' ? 'shut down, moved, started' : ''}</span>
        </label>
        <label>
          <span>Window from</span>
          <input type="time" value={form.opens} onChange={({ target }) => set({ opens: target.value })} />
          <span className="dim">{Intl.DateTimeFormat().resolvedOptions().timeZone}; empty: at once</span>
        </label>
        <label>
          <span>Window to</span>
          <input type="time" value={form.closes} onChange={({ target }) => set({ closes: target.value })} />
          <span className="dim">nothing starts that would not end by then</span>
        </label>
      </div>
      <details>
        <summary>Destinations, and how many at a time</summary>
        <div className="fields">
          {limits.map(([key, name]) => (
            <label key={key}>
              <span>{name}</span>
              <input
                inputMode="numeric"
                value={form[key]}
                placeholder={String(usualDrainLimits[key])}
                onChange={({ target }) => set({ [key]: target.value })}
              />
            </label>
          ))}
          <label>
            <span>memory that stays free</span>
            <input value={form.headroom} placeholder="0" onChange={({ target }) => set({ headroom: target.value })} />
            <span className="dim">on each destination, like 8GiB</span>
          </label>
          {form.kind === 'drain' && (
            <label>
              <span>only to these hosts</span>
              <select
                multiple
                value={[...form.to]}
                onChange={({ target }) => set({ to: [...target.selectedOptions].map(({ value }) => value) })}
              >
                {others.map(({ name, reachable }) => (
                  <option key={name} value={name} disabled={!reachable}>
                    {name}
                  </option>
                ))}
              </select>
              <span className="dim">none chosen: any other host</span>
            </label>
          )}
        </div>
      </details>
      <details>
        <summary>What is wanted of every move, over what its guest says</summary>
        <IntentFields texts={form.settings} onChange={(texts) => set({ settings: filledIn(texts) })} intent={null} />
      </details>
    </>
  )
}
