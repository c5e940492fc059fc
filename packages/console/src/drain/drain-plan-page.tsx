import type { DrainRequest } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Unanswered } from '../parts/loading.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTitle } from '../parts/use-title.ts'
import { PlanButton, Steps } from '../plan/made-parts.tsx'
import { useMade } from '../plan/use-made.ts'
import { hostsQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { DrainFields } from './drain-fields.tsx'
import { DrainPlanResult } from './drain-plan-result.tsx'
import { emptyForm, requestOf } from './drain-request.ts'

interface Planned {
  readonly plan: DrainPlan
  readonly request: Omit<DrainRequest, 'partly'>
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
  const planned = useMade<Planned>(form)
  const plan = (): Promise<void> =>
    planned.ask(async (onUpdate) => {
      const request = requestOf(form, new Date())
      return { request, plan: await client.drains.plan({ ...request, partly: true }, onUpdate) }
    })
  const { made } = planned
  return (
    <>
      <h1>Plan a drain</h1>
      <form
        className="plan-form"
        onSubmit={(event) => {
          event.preventDefault()
          void plan()
        }}
      >
        <DrainFields form={form} onChange={setForm} hosts={hosts.data ?? []} />
        <PlanButton {...planned} told="checks, measures and forecasts every guest; starts nothing" />
      </form>
      <Unanswered queries={[hosts]} />
      <Steps {...planned} />
      {planned.error !== null && <ErrorNotice error={planned.error} />}
      {made !== null && (
        <DrainPlanResult
          plan={made.value.plan}
          at={made.at}
          start={async (onStep) => {
            const partly = made.value.plan.verdict === 'partly'
            const drain = await client.drains.start({ ...made.value.request, partly }, (update) => {
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
