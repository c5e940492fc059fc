import type { Forecast, Plan } from '@landfall/core'
import type { LandfallAdvice, LandfallInstead } from '@landfall/doctor'
import { asOption, remedyWords } from '../words.ts'

/** A plan in JSON: what would make it possible is given as options of the command line. */
export function planJson(plan: Plan): Record<string, unknown> {
  return {
    ...plan,
    forecasts: plan.forecasts.map((each) => ({ ...each, withinIntent: withinIntentJson(each.withinIntent) })),
    remedies: plan.remedies.map((remedy) => remedyWords(remedy)),
  }
}

function withinIntentJson(within: Forecast['withinIntent']): unknown {
  if (within.ok) return within
  return {
    ok: false,
    broken: within.broken.map(({ limit, value, allowed, remedy }) => ({
      limit,
      value,
      allowed,
      option: asOption(remedy),
    })),
  }
}

const wayJson = (instead: LandfallInstead): unknown => ({
  ...instead,
  needs: instead.needs.map((each) => asOption(each)),
})

/** The same of what the doctor says that Landfall would do. */
export function insteadJson(advice: LandfallAdvice | null): unknown {
  if (advice === null) return null
  return {
    ...advice,
    chosen: advice.chosen === null ? null : wayJson(advice.chosen),
    others: advice.others.map(wayJson),
  }
}
