import type { MigrationPlan } from '@landfall/api'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Unanswered } from '../parts/loading.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTitle } from '../parts/use-title.ts'
import { hostsQuery, instancesQuery, intentQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { IntentFields } from './intent-fields.tsx'
import type { Texts } from './intent-with.ts'
import { filledIn } from './intent-with.ts'
import { PlanButton, Steps } from './made-parts.tsx'
import { PlanResult } from './plan-result.tsx'
import { useMade } from './use-made.ts'

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
  // A plan is of one guest and one destination.
  const planned = useMade<MigrationPlan>(`${guest}\n${to}`)
  const request = useMemo(
    () => ({
      guest,
      to,
      wanted: { settings: filledIn(texts), cold: false, novaConfig: [], namedAs: 'setting' as const },
    }),
    [guest, to, texts],
  )
  const plan = (): Promise<void> => planned.ask((onUpdate) => client.plan(request, onUpdate))
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
          void plan()
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
                    ? instances.error === null
                      ? 'it is looked for …'
                      : 'which guests there are is not known'
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
        <PlanButton {...planned} told="checks, measures and forecasts; starts nothing" />
      </form>
      <Unanswered queries={[instances, hosts]} />
      <Steps {...planned} />
      {planned.error !== null && <ErrorNotice error={planned.error} />}
      {planned.made !== null && (
        <PlanResult
          migration={planned.made.value}
          at={planned.made.at}
          base={intent.data?.intent ?? planned.made.value.intent}
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
