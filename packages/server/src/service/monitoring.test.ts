// What is delivered for Prometheus and Grafana, against what the service tells. promtool reads the rules in npm run test:monitoring.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Metrics } from './metrics.ts'

const root = new URL('../../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const rules = read('packaging/monitoring/landfall.rules.yml')
const dashboard = read('packaging/monitoring/landfall.dashboard.json')

/** Every metric that there is, with its type. */
async function typesOfMetrics(): Promise<ReadonlyMap<string, string>> {
  const metrics = new Metrics({
    underWay: () => [],
    hosts: () => [],
    storeIsWritable: () => true,
    notificationsWaiting: () => [],
  })
  const lines = (await metrics.text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)
  return new Map(Array.from(lines, ([, name = '', type = '']) => [name, type]))
}

test('rules, their test and the dashboard name metrics that there are', async () => {
  const types = await typesOfMetrics()
  const told = [rules, dashboard, read('packaging/monitoring/landfall.rules.test.yml')].join('\n')
  const names = new Set([...told.matchAll(/\blandfall_\w+/g)].map(([name]) => name))
  const isTold = (name: string): boolean => types.has(name) || types.get(name.replace(/_bucket$/, '')) === 'histogram'
  expect([...names].filter((name) => !isTold(name))).toEqual([])
  expect(names.size).toBeGreaterThan(10)
})

test('docs/operate.md has a line for every metric, and for none that there is not', async () => {
  const told = Array.from(read('docs/operate.md').matchAll(/^\| `(landfall_\w+)` +\|/gm), ([, name = '']) => name)
  expect(told.toSorted()).toEqual([...(await typesOfMetrics()).keys()].toSorted())
})

test('what was counted between a start and the first scrape, which is no increase, is told for as long as one is', () => {
  const seconds = { m: 60, h: 3600 } as const
  const counters = [...rules.matchAll(/increase\((\w+(?:\{.*?\})?)\[(\d+)([mh])\]\)/g)]
  expect(counters).toHaveLength(4)
  for (const [, counter = '', count, unit] of counters) {
    const window = Number(count) * seconds[unit === 'h' ? 'h' : 'm']
    // Those with labels are told by what was there at the window's beginning as well, if it was scraped by then.
    const [value, most] = counter.endsWith('}') ? [counter, window + 60] : [`${counter} > 0`, window]
    expect(rules).toContain(`or (${value} and on (job, instance) landfall_uptime_seconds < ${most})`)
  }
})

test('every alert has a page, named after it, and every page its alert', () => {
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
  const pages = [...rules.matchAll(/runbook_url: docs\/runbooks\/(.+)/g)].map(([, page]) => page ?? '')
  expect(pages.toSorted()).toEqual(readdirSync(new URL('docs/runbooks/', root)).toSorted())
  expect(pages.map((page) => read(`docs/runbooks/${page}`).split('\n', 1)[0])).toEqual(
    alerts.map((name) => `# ${name}`),
  )
})

test('the panels of the dashboard lie beside each other', () => {
  const { panels } = JSON.parse(dashboard) as {
    readonly panels: readonly { readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>> }[]
  }
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  )
  expect(new Set(places).size).toBe(places.length)
})
