import { defaultIntent, goodput, plan, typicalOverheads } from '@landfall/core'
import { expect, test } from 'vitest'
import { planJson } from './plan-json.ts'

const fast = {
  memoryBytes: 2 ** 30,
  vcpus: 1,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 590 * 2 ** 20, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 600 * 2 ** 20, kind: 'page-sampling' },
  ],
  link: goodput(100e6),
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
} as const

test('remedies are written as options, alone and with the limit that each strategy breaks', () => {
  const refused = plan({ ...defaultIntent, maxPauseMs: 300, postCopy: 'never', maxSlowdownPercent: 0 }, fast)
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
