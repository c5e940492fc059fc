import type { MigrationPlan } from '@landfall/api'
import type { Intent, Plan, Remedy, SettingValue } from '@landfall/core'
import {
  adviceText,
  durationRange,
  formatBytes,
  formatRate,
  plan as planWith,
  predictedBy,
  strategies,
} from '@landfall/core'
import { useDeferredValue, useMemo } from 'react'
import { Confirm } from '../parts/confirm.tsx'
import { actionWords, Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { useDenied } from '../service/service.tsx'
import { Forecasts } from './forecasts.tsx'
import type { Texts } from './intent-with.ts'
import { intentWith } from './intent-with.ts'
import { WhatIfTable } from './what-if-table.tsx'
import type { WhatIf } from './what-if.ts'
import { whatIfs } from './what-if.ts'

export interface PlanResultProps {
  readonly migration: MigrationPlan
  readonly at: number
  /** What holds of the guest without the form. */
  readonly base: Intent
  readonly texts: Texts
  readonly onRemedy: (settings: readonly SettingValue[]) => void
  readonly move: () => Promise<void>
}

/** A plan, reckoned anew from the same measurement as the form changes. */
export function PlanResult({ migration, at, base, texts, onRemedy, move }: PlanResultProps) {
  const { guest, source, destination, facts, findings } = migration
  const reckoned = useMemo(() => reckon(base, texts, migration), [base, texts, migration])
  // Fifteen more plans: whoever types does not wait for them.
  const settled = useDeferredValue(texts)
  const others = useMemo(() => reckonOthers(base, settled, migration), [base, settled, migration])
  const scope = useDenied('operate')
  const plan = reckoned.plan ?? migration.plan
  const obstacles = findings.filter(({ severity }) => severity === 'obstacle')
  const notable = findings.filter(({ severity }) => severity !== 'fine')
  const goes = plan.verdict === 'go' && obstacles.length === 0
  const denied = scope ?? reckoned.problem ?? (goes ? null : 'it is refused as things are')
  return (
    <section aria-labelledby="plan" className="result">
      <div className="head">
        <h2 id="plan">
          {guest.name}: {source} → {destination}
        </h2>
        <span className="dim end">
          measured at <Time at={at} beside="now" />
        </span>
      </div>
      <div aria-live="polite">
        {reckoned.problem !== null && <Notice tone="bad">{reckoned.problem}</Notice>}
        <Notice tone={goes ? 'good' : 'bad'}>
          <p>
            <b>
              {goes
                ? `Goes by ${plan.strategy === null ? 'what the passes show' : strategies[plan.strategy].words}`
                : 'Refused'}
            </b>
            : {plan.reason.message}
          </p>
          {plan.remedies.length > 0 && (
            <ul className="plain remedies">
              {plan.remedies.map((remedy) => (
                <li key={JSON.stringify(remedy)}>
                  possible with <RemedyWords remedy={remedy} onRemedy={onRemedy} />
                </li>
              ))}
            </ul>
          )}
        </Notice>
      </div>
      {notable.map(({ code, severity, message, next }) => (
        <Notice key={`${code} ${message}`} tone={severity === 'obstacle' ? 'bad' : 'warn'}>
          {severity}: {message}
          {next === '' ? '' : `. ${adviceText(next, actionWords)}`}
        </Notice>
      ))}
      <Forecasts forecasts={plan.forecasts} chosen={plan.strategy} />
      <div className="actions">
        <Confirm
          label={`Move ${guest.name} to ${destination}`}
          tone="first"
          title={`Move ${guest.name} to ${destination}?`}
          denied={denied}
          consequence={<MoveConsequence plan={plan} />}
          doIt={move}
        />
      </div>
      {others !== null && <WhatIfTable others={others} onChoose={onRemedy} />}
      <dl className="facts">
        <dt>guest</dt>
        <dd>
          {formatBytes(facts.memoryBytes)} memory, {facts.vcpus} {facts.vcpus === 1 ? 'vCPU' : 'vCPUs'},{' '}
          {facts.accelerator}; {writes(migration, plan)}
        </dd>
        <dt>link</dt>
        <dd>
          {formatRate(facts.link.bytesPerSecond.likely)} for the migration ({linkWords[facts.link.source]})
        </dd>
        <dt>stream</dt>
        <dd>{plan.stream.why}</dd>
        <dt>checks</dt>
        <dd>
          {findings.length - notable.length} of {findings.length} passed
        </dd>
      </dl>
    </section>
  )
}

function MoveConsequence({ plan }: { plan: Plan }) {
  const predicted = predictedBy(plan)
  const downtime = predicted?.downtimeMs ?? null
  const total = predicted?.totalTimeMs ?? null
  return (
    <div>
      <p>
        {plan.strategy === null ? 'It is steered by what its passes show' : `By ${strategies[plan.strategy].words}`}
        {total === null ? '' : `; it takes ${durationRange(total)}`}
        {downtime === null ? '' : `, of which the guest stands still for ${durationRange(downtime)}`}.
      </p>
      <p className="dim">
        It is checked and measured once more before it starts, and refused where that shows otherwise.
      </p>
    </div>
  )
}

function RemedyWords({ remedy, onRemedy }: { remedy: Remedy; onRemedy: PlanResultProps['onRemedy'] }) {
  if (remedy.kind === 'link') return <>a link of ≥ {remedy.gigabitsPerSecond} Gbit/s</>
  return (
    <button type="button" className="plain" onClick={() => onRemedy(remedy.settings)}>
      {remedy.settings.map(({ setting, value }) => `${setting} ${value}`).join(', ')}
    </button>
  )
}

/** The plan with what stands in the form now; the service's own where nothing differs. */
function reckon(base: Intent, texts: Texts, { facts }: MigrationPlan): { plan: Plan | null; problem: string | null } {
  try {
    return { plan: planWith(intentWith(base, texts), facts), problem: null }
  } catch (error) {
    return { plan: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** What else could be wanted; nothing where what stands in the form says nothing. */
function reckonOthers(base: Intent, texts: Texts, { facts }: MigrationPlan): readonly WhatIf[] | null {
  try {
    return whatIfs(base, texts, facts)
  } catch {
    return null
  }
}

const linkWords = {
  configured: 'configured',
  history: 'from earlier migrations',
  measured: 'measured',
  assumed: 'assumed: say it with link = "…" in the hosts file',
} as const

function writes({ facts, probeObstacle }: MigrationPlan, { numbers }: Plan): string {
  if (facts.dirtyWindows.length === 0) return `its writing could not be measured: ${probeObstacle ?? 'no window ended'}`
  const { writeRate, writeRateBounded, workingSetBytes } = numbers
  if (workingSetBytes < 1024 ** 2) return 'writes hardly any of it'
  const speed = writeRateBounded ? formatRate(writeRate.likely) : `≥ ${formatRate(writeRate.low)}`
  return `writes ${speed} over ${formatBytes(workingSetBytes)}`
}
