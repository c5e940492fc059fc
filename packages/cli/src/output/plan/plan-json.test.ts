import { defaultIntent, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { busyFacts } from '../../testing/busy-facts.ts'
import { planJson } from './plan-json.ts'

test('remedies are written as options, alone and with the limit that each strategy breaks', () => {
  const refused = plan({ ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 0 }, busyFacts)
  const { remedies, forecasts } = planJson(refused)
  expect(remedies).toEqual([
    expect.stringMatching(/^--max-pause \d+s$/),
    '--post-copy if-needed',
    '--fallback cold',
    expect.stringMatching(/^a link of ≥ [\d.]+ Gbit\/s$/),
  ])
  expect(JSON.stringify(forecasts)).toContain('"allowed":"never","option":"--post-copy if-needed"')
  expect(JSON.stringify(forecasts)).not.toContain('"remedy"')
})
