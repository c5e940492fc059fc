// The hosts run libvirt 11.3, whose daemon dies when it is asked to resume: that call must never be made there.
import { removeGuest, setLink } from '@landfall/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakPostCopy } from '../support/break-post-copy.ts'
import { useGuest } from '../support/guest.ts'
import { expectExit, landfall, reportOf, start } from '../support/landfall.ts'
import { placesOf } from '../support/places.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest({ name: 'broken', memory: '64MiB', writeSet: '40MiB', writeRate: '80MiB', rewrite: 'pages' })
const lab = suiteLab().name

beforeAll(() => setLink(lab, '100Mbit'))
afterAll(() => removeGuest(lab, guest.name))

test('a broken post-copy that cannot be resumed is left to a person, with both halves and both daemons alive', async () => {
  const { from, to } = await guest.route()
  const move = start(['migrate', guest.name, '--to', to, '--json', '--max-slowdown', '0'])
  await breakPostCopy({ guest: guest.name, from, to })
  const finished = await move.ended
  expectExit(finished, 7)
  const report = reportOf(finished)
  expect(report).toMatchObject({ outcome: 'failed', strategy: 'post-copy', source: from, destination: to })
  expect(report.reason.code).toBe('post-copy-broken')
  console.log(`${report.reason.code}: ${report.reason.message}`)
  const places = await placesOf(guest.name)
  expect(places.find(({ host }) => host === from)).toMatchObject({ state: 'paused', moving: true })
  expect(places.find(({ host }) => host === to)).toMatchObject({ state: 'running', moving: true })
  expectExit(await landfall(['hosts']), 0)
})
