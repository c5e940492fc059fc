// The controller loses its way to the source, while the hosts go on by themselves.
import { setTimeout as passes } from 'node:timers/promises'
import { setLink } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { busyGuest, now, slowLink, useGuest } from '../support/guest.ts'
import { expectExit, reportOf, start } from '../support/landfall.ts'
import { onHost } from '../support/places.ts'
import { relayTo } from '../support/relay.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest(busyGuest)
const lab = suiteLab().name
/** Longer than the hosts get to agree on where the guest is. */
const silentMs = 20_000

beforeAll(() => setLink(lab, slowLink))

test('a source that cannot be reached for a while is waited for, and its migration steered to its end', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  using relay = await relayTo(from)
  const move = start(['migrate', guest.name, '--to', to, '--json'], { config: relay.hostsFile })
  await move.prints(/pass 1 {2}\d/)
  relay.cut()
  await passes(silentMs)
  expect(move.hasEnded).toBe(false)
  // Nobody steers it meanwhile: this guest would be copied for ever.
  expect(await onHost(from, guest.name, async (domain) => (await domain.getJobStats()).type)).toBe('unbounded')
  await relay.mend()
  const finished = await move.ended
  expectExit(finished, 0)
  expect(reportOf(finished)).toMatchObject({ outcome: 'completed', source: from })
  await guest.livesOn(to, beganAt)
})
