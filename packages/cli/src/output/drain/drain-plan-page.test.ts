import type { DrainPlan } from '@landfall/core'
import { range } from '@landfall/core'
import { expect, test } from 'vitest'
import { drainPlanPage } from './drain-plan-page.ts'

const move = (guest: string, owner: string | null) => ({
  guest,
  owner,
  to: 'host2',
  memoryBytes: 2 ** 30,
  strategy: 'pre-copy',
  startMs: range(0, 1000, 2000),
  totalTimeMs: range(1000, 2000, 3000),
  downtimeMs: range(10, 70, 300),
  lostWorkSeconds: range(0, 0.1, 1),
})

test('the page of a drain tells each owner what their guests will feel, those without an owner last, names as text', () => {
  const page = drainPlanPage({
    kind: 'drain',
    host: 'host1',
    verdict: 'partly',
    reason: '1 of 3 cannot go',
    totalMs: range(1000, 2000, 3000),
    window: null,
    moves: [move('web1', null), move('<b>db1</b>', 'payments')],
    cannot: [{ guest: 'gpu1', owner: 'payments', why: 'a host device' }],
  } as unknown as DrainPlan)
  const titles = [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)
  expect(titles).toEqual(['payments', 'no owner named'])
  expect(page).toContain('<td>&lt;b&gt;db1&lt;/b&gt;</td>')
  expect(page).toContain('<b>gpu1</b> stays: a host device')
})
