import type { Facts, Intent, Plan, SettingValue } from '@landfall/core'
import { plan } from '@landfall/core'
import type { Texts } from './intent-with.ts'
import { intentWith } from './intent-with.ts'

export interface WhatIf {
  readonly setting: SettingValue['setting']
  readonly text: string
  readonly plan: Plan
}

/** What an operator would try next. */
export const tried: readonly (readonly [setting: SettingValue['setting'], texts: readonly string[]])[] = [
  ['max-pause', ['100ms', '500ms', '1s', '2s', '5s', '10s', '30s']],
  ['deadline', ['1m', '10m', '1h']],
  ['post-copy', ['never', 'if-needed', 'at-once']],
  ['fallback', ['cold']],
]

/**
 * What one other setting would make of a plan, from the same measurement: only what changes it, and of several values with the
 * same outcome the first. Pure.
 */
export function whatIfs(base: Intent, texts: Texts, facts: Facts): readonly WhatIf[] {
  const now = outcomeOf(plan(intentWith(base, texts), facts))
  return tried.flatMap(([setting, values]) => {
    let before = now
    return values.flatMap((text) => {
      const other = plan(intentWith(base, { ...texts, [setting]: text }), facts)
      const outcome = outcomeOf(other)
      if (outcome === now || outcome === before) return []
      before = outcome
      return [{ setting, text, plan: other }]
    })
  })
}

const outcomeOf = ({ verdict, strategy, forecasts }: Plan): string => {
  const chosen = forecasts.find((each) => each.strategy === strategy)
  return JSON.stringify([verdict, strategy, chosen?.totalTimeMs, chosen?.downtimeMs, chosen?.lostWorkSeconds])
}
