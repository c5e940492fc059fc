import type { DrainRequest } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTitle } from '../parts/use-title.ts'
import { hostsQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { DrainFields } from './drain-fields.tsx'
import { DrainPlanResult } from './drain-plan-result.tsx'
import { emptyForm, requestOf } from './drain-request.ts'

interface Planned {
  readonly plan: DrainPlan
  readonly request: Omit<DrainRequest, 'partly'>
  readonly at: number
}

/** What emptying a host takes, guest by guest, before anything is started; and the drain itself. */
export function DrainPlanPage() {
  useTitle('Plan a drain')
  const { client } = useService()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { host = '' } = useSearch({ from: '/drain-plan' })
  const hosts = useQuery(hostsQuery(client))
  const [form, setForm] = useState(() => emptyForm(host))
  const [steps, setSteps] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  const [planned, setPlanned] = useState<Planned | null>(null)
  const [error, setError] = useState<unknown>(null)
  const asked = useRef(0)
  // A plan is of what was asked for: with another question it is gone.
  useEffect(() => {
    asked.current++
    setPlanned(null)
    setError(null)
    setBusy(false)
  }, [form])

  const plan = async (): Promise<void> => {
    const number = ++asked.current
    const isAsked = (): boolean => asked.current === number
    setBusy(true)
    setPlanned(null)
    setError(null)
    setSteps([])
    try {
      const request = requestOf(form, new Date())
      const found = await client.drains.plan({ ...request, partly: true }, (update) => {
        if (update.kind === 'step' && isAsked()) setSteps((before) => [...before, update.message].slice(-8))
      })
      if (isAsked()) setPlanned({ plan: found, request, at: Date.now() })
    } catch (failed) {
      if (isAsked()) setError(failed)
    } finally {
      if (isAsked()) setBusy(false)
    }
  }
  return (
    <>
      <h1>Plan a drain</h1>
      <form
        className="plan-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void plan()
        }}
      >
        <DrainFields form={form} onChange={setForm} hosts={hosts.data ?? []} />
        <div className="actions">
          <button type="submit" className={planned === null ? 'first' : ''} aria-disabled={busy}>
            {busy ? 'Planning …' : planned === null ? 'Plan' : 'Measure and plan again'}
          </button>
          <span className="dim">checks, measures and forecasts every guest; starts nothing</span>
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
      {planned !== null && (
        <DrainPlanResult
          plan={planned.plan}
          at={planned.at}
          start={async (onStep) => {
            const partly = planned.plan.verdict === 'partly'
            const drain = await client.drains.start({ ...planned.request, partly }, (update) => {
              if (update.kind === 'step') onStep(update.message)
            })
            await queries.invalidateQueries({ queryKey: ['drain'] })
            await navigate({ to: '/drains/$host', params: { host: drain.state.host } })
          }}
        />
      )}
    </>
  )
}
