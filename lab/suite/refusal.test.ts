import { setLink } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { busyGuest, now, useGuest } from './support/guest.ts'
import { store } from './support/journals.ts'
import { expectExit, jsonOf, landfall } from './support/landfall.ts'
import { suiteLab } from './support/suite-lab.ts'

const guest = useGuest(busyGuest)
const lab = suiteLab().name

// Nothing is sent over it: also a guest that a busy machine hardly lets write writes faster than that.
beforeAll(() => setLink(lab, '10Mbit'))

let remedies: readonly string[] = []
const impossible = ['--post-copy', 'never', '--max-pause', '300ms', '--max-slowdown', '0']

test('what cannot be done within the intent is refused, naming what would make it possible', async () => {
  const { from, to } = await guest.route()
  const before = (await store().ids()).length
  const beganAt = now()
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', ...impossible])
  expectExit(finished, 3)
  const report = jsonOf(finished)
  expect(report).toMatchObject({ outcome: 'refused', source: from, destination: to, decisions: [] })
  remedies = (report as { readonly remedies: readonly string[] }).remedies
  expect(remedies).toContainEqual(expect.stringMatching(/^--max-pause \d+m?s$/))
  expect(remedies).toContainEqual(expect.stringMatching(/^--post-copy if-needed$/))
  expect(remedies).toContainEqual(expect.stringMatching(/^a link of ≥ [\d.]+ Gbit\/s$/))
  for (const remedy of remedies) expect(finished.stderr).toContain(remedy)

  // Nothing was begun, and the guest goes on where it was.
  expect(await store().ids()).toHaveLength(before)
  await guest.livesOn(from, beganAt)
})

test('a remedy that was named is enough', async () => {
  const { to } = await guest.route()
  const [, named = '', unit = ''] = /--max-pause (\d+)(m?s)/.exec(remedies.join('\n')) ?? []
  expect(unit).not.toBe('')
  // Twice as much: the guest is measured anew, and a busy machine lets it write more one time than the other.
  const pause = `${2 * Number(named)}${unit}`
  const wider = await landfall(['plan', guest.name, '--to', to, '--json', ...impossible, '--max-pause', pause])
  expectExit(wider, 0)
  expect(jsonOf(wider)).toMatchObject({ plan: { verdict: 'go', strategy: 'early-switchover', remedies: [] } })
})
