import type { MigrationPlan } from '@landfall/api'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTitle } from '../parts/use-title.ts'
import { hostsQuery, instancesQuery, intentQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { IntentFields } from './intent-fields.tsx'
import type { Texts } from './intent-with.ts'
import { filledIn } from './intent-with.ts'
import { PlanResult } from './plan-result.tsx'

interface Planned {
  readonly migration: MigrationPlan
  readonly at: number
}

/** What each way to move a guest would cost it, before anything is started; and the move. */
export function PlanPage() {
  useTitle('Plan')
  const { client } = useService()
  const navigate = useNavigate()
  const { guest = '', to = '' } = useSearch({ from: '/plan' })
  const hosts = useQuery(hostsQuery(client))
  const instances = useQuery(instancesQuery(client))
  const found = instances.data?.instances.find(
    ({ name, uuid, kept }) => kept === null && (name === guest || uuid === guest),
  )
  const intent = useQuery(intentQuery(client, found?.name ?? ''))
  const [texts, setTexts] = useState<Texts>({})
  const [steps, setSteps] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  const [planned, setPlanned] = useState<Planned | null>(null)
  const [error, setError] = useState<unknown>(null)
  const asked = useRef(0)
  // A plan is of one guest and one destination.
  useEffect(() => {
    asked.current++
    setPlanned(null)
    setError(null)
    setBusy(false)
    setSteps([])
  }, [guest, to])

  const request = useMemo(
    () => ({
      guest,
      to,
      wanted: { settings: filledIn(texts), cold: false, novaConfig: [], namedAs: 'setting' as const },
    }),
    [guest, to, texts],
  )
  const plan = async (): Promise<void> => {
    const number = ++asked.current
    setBusy(true)
    setError(null)
    setSteps([])
    try {
      const migration = await client.plan(request, (update) => {
        if (update.kind === 'step' && asked.current === number) setSteps((before) => [...before, update.message])
      })
      if (asked.current === number) setPlanned({ migration, at: Date.now() })
    } catch (failed) {
      if (asked.current === number) setError(failed)
    } finally {
      if (asked.current === number) setBusy(false)
    }
  }
  const choose = (next: { guest?: string; to?: string }): void =>
    void navigate({ to: '/plan', search: (before) => ({ ...before, ...next }), replace: true })
  const matching = (instances.data?.instances ?? []).filter(
    ({ name, kept }) => kept === null && name.toLowerCase().includes(guest.toLowerCase()),
  )
  return (
    <>
      <h1>Plan a move</h1>
      <form
        className="plan-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void plan()
        }}
      >
        <div className="fields">
          <label>
            <span>Guest</span>
            <input
              name="guest"
              list="guests-known"
              value={guest}
              onChange={({ target }) => choose({ guest: target.value })}
              autoComplete="off"
              spellCheck={false}
              required
            />
            <span className="dim">
              {found === undefined
                ? guest === ''
                  ? 'its name or UUID'
                  : instances.data === undefined
                    ? 'it is looked for …'
                    : 'no host that answers has it'
                : `${found.state} on ${found.host}`}
            </span>
          </label>
          <datalist id="guests-known">
            {matching.slice(0, 30).map(({ name, uuid }) => (
              <option key={uuid} value={name} />
            ))}
          </datalist>
          <label>
            <span>Destination</span>
            <select name="to" value={to} onChange={({ target }) => choose({ to: target.value })} required>
              <option value="">choose a host</option>
              {(hosts.data ?? []).map((host) => (
                <option key={host.name} value={host.name} disabled={!host.reachable || host.name === found?.host}>
                  {host.name}
                  {host.reachable ? (host.name === found?.host ? ' (it is there)' : '') : ' (silent)'}
                </option>
              ))}
            </select>
            <span className="dim">a host that answers</span>
          </label>
        </div>
        <IntentFields texts={texts} onChange={setTexts} intent={intent.data ?? null} />
        <div className="actions">
          <button type="submit" className={planned === null ? 'first' : ''} aria-disabled={busy}>
            {busy ? 'Planning …' : planned === null ? 'Plan' : 'Measure and plan again'}
          </button>
          <span className="dim">checks, measures and forecasts; starts nothing</span>
        </div>
      </form>
      {busy && (
        <ul className="plain dim" aria-live="polite" aria-label="What is being done">
          {steps.map((message, index) => (
            <li key={`${index} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {error !== null && <ErrorNotice error={error} />}
      {planned !== null && !busy && (
        <PlanResult
          migration={planned.migration}
          at={planned.at}
          base={intent.data?.intent ?? planned.migration.intent}
          texts={texts}
          onRemedy={(settings) =>
            setTexts({ ...texts, ...Object.fromEntries(settings.map(({ setting, value }) => [setting, value])) })
          }
          move={async () => {
            const { id } = await client.migrate({ ...request, confirm: false })
            await navigate({ to: '/migrations/$id', params: { id } })
          }}
        />
      )}
    </>
  )
}
