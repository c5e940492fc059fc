import { afterAll, beforeEach, expect } from 'vitest'
import { addGuest, checkGuest, monotonicNowMs, openLab, removeGuest, virsh, waitForProgress } from '@landfall/lab'
import type { GuestRequest } from '@landfall/lab'
import { placesOf } from './places.ts'
import type { Place } from './places.ts'
import { suiteLab } from './suite-lab.ts'

export interface Guest {
  readonly name: string
  /** The host it runs on and the other one, asked now. */
  readonly route: () => Promise<{ readonly from: string; readonly to: string }>
  /** Fails, with the guest's own words, unless it lived unharmed since that moment and runs on that host alone. */
  readonly livesOn: (host: string, sinceMs: number) => Promise<void>
}

const mebi = 1024 ** 2

/**
 * Rewrites two thirds of its memory several times faster than any link of the suite carries it, at a rate that a machine which
 * is busy with other things gives it, too. Whole pages: deltas of them (XBZRLE) gain nothing, so that nothing but a pause, a
 * throttle or post-copy ever ends its migration.
 */
export const busyGuest = {
  name: 'web1',
  memory: 64 * mebi,
  writeSet: 40 * mebi,
  writeRate: 80 * mebi,
  rewrite: 'pages',
} satisfies GuestRequest
export const busyMemoryBytes = busyGuest.memory

/** A link over which its first pass takes seven seconds: time for other commands to be started meanwhile. */
export const slowLink = '80Mbit'

/**
 * The guest of a file of tests: the ROM guest unless told, which KVM runs where it runs anything. It is made where it is
 * missing, and stands still between files: a busy guest takes its processor time from the others.
 */
export function useGuest(request: GuestRequest, lab = suiteLab().name): Guest {
  const { name } = request
  // Before each: a test that failed may have left it in the middle of a migration.
  beforeEach(async () => {
    await resumeOrRemove(lab, name)
    if (!openLab(lab).state.guests.some((guest) => guest.name === name))
      await addGuest(lab, { guest: 'rom', ...request })
    await waitForProgress(lab, name, { deadlineMs: 60_000 })
  })
  afterAll(async () => {
    if (!openLab(lab).state.guests.some((guest) => guest.name === name)) return
    const place = soundPlace(await placesOf(name, lab))
    if (place === null) await removeGuest(lab, name)
    else if (place.state === 'running') await virsh(lab, place.host, ['suspend', name])
  })
  return {
    name,
    route: async () => {
      const places = await placesOf(name, lab)
      const [place, ...others] = places.filter(({ active }) => active)
      if (place === undefined || others.length > 0)
        throw new Error(`${name} is not on one host: ${JSON.stringify(places)}`)
      return { from: place.host, to: place.host === 'host1' ? 'host2' : 'host1' }
    },
    livesOn: async (host, sinceMs) => {
      await waitForProgress(lab, name)
      expect(await placesOf(name, lab)).toEqual([
        { host, state: 'running', active: true, persistent: true, moving: false },
      ])
      expect(await checkGuest(lab, name, sinceMs)).toEqual(unharmed)
    },
  }
}

export const unharmed = {
  alive: true,
  wrongPages: 0,
  wrongBlocks: 0,
  rebooted: false,
  kernelMessages: [],
  wrongs: [],
}

export const now = monotonicNowMs

/** A guest that a failed file left broken is no guest for the next one. */
async function resumeOrRemove(lab: string, name: string): Promise<void> {
  if (!openLab(lab).state.guests.some((guest) => guest.name === name)) return
  const place = soundPlace(await placesOf(name, lab))
  if (place === null) return removeGuest(lab, name)
  if (place.state === 'paused') await virsh(lab, place.host, ['resume', name])
  try {
    await waitForProgress(lab, name, { deadlineMs: 10_000 })
  } catch {
    await removeGuest(lab, name)
  }
}

/** The one place of a guest that is active and at rest; null for any other. */
function soundPlace(places: readonly Place[]): Place | null {
  const [place, ...others] = places
  if (place === undefined || others.length > 0) return null
  return place.active && place.persistent && !place.moving ? place : null
}
