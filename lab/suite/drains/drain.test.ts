// A whole host on real ones: it is emptied, and gets back what left it; a fleet without room is refused beforehand.
import type { Drain, DrainRequest } from '@landfall/api'
import { setLink } from '@landfall/lab'
import type { Landfall } from '@landfall/server'
import { usualRequest } from '@landfall/server/parts'
import { beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { now, useGuest } from '../support/guest.ts'
import { landfallHere } from '../support/in-process.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest({ name: 'drained1', memory: '64MiB', writeSet: 0 })
beforeAll(() => setLink(suiteLab().name, '800Mbit'))

async function toItsEnd(system: Landfall, request: DrainRequest): Promise<Drain['state']> {
  const { state } = await system.drains.start(request, () => undefined)
  return eventually(
    `the end of the ${request.kind}`,
    async () => {
      const drain = await system.drains.of(state.id)
      return drain.state.end === null ? null : drain.state
    },
    90_000,
  )
}

test('a host is emptied, and gets its guest back unharmed', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  await using system = await landfallHere()
  // Guests that other files have left there stand still, and stay.
  const away = await toItsEnd(system, { ...usualRequest(from, 'drain'), partly: true })
  expect(away.guests.find((each) => each.guest === guest.name)).toMatchObject({ to, stage: { kind: 'moved' } })
  await guest.livesOn(to, beganAt)
  const home = await toItsEnd(system, { ...usualRequest(from, 'undrain'), partly: true })
  expect(home.guests.find((each) => each.guest === guest.name)).toMatchObject({ to: from, stage: { kind: 'moved' } })
  await guest.livesOn(from, beganAt)
})

test('a drain is refused beforehand where no host has room, with the memory that is missing', async () => {
  const beganAt = now()
  const { from } = await guest.route()
  await using system = await landfallHere()
  const request: DrainRequest = { ...usualRequest(from, 'drain'), headroomBytes: 2 ** 50 }
  const plan = await system.drains.plan(request, () => undefined)
  expect(plan).toMatchObject({ verdict: 'refuse', moves: [] })
  expect(plan.cannot.find((each) => each.guest === guest.name)).toMatchObject({ code: 'memory' })
  expect(plan.missingBytes).toBeGreaterThanOrEqual(64 * 2 ** 20)
  await expect(system.drains.start(request, () => undefined)).rejects.toMatchObject({ code: 'drain-refused' })
  await guest.livesOn(from, beganAt)
})
