// Ctrl-C is a question about the guest, never an answer.
import { stripVTControlCharacters } from 'node:util'
import { setLink } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { busyGuest, now, slowLink, useGuest } from '../support/guest.ts'
import { expectExit, landfall, reportOf, start } from '../support/landfall.ts'
import { onHost, placesOf } from '../support/places.ts'
import { controlC, startAtTerminal } from '../support/terminal.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest(busyGuest)
const lab = suiteLab().name
const copying = /pass 1 {2}\d/

beforeAll(() => setLink(lab, slowLink))

const isMigrating = async (): Promise<boolean> => (await placesOf(guest.name)).some(({ moving }) => moving)

test('without a terminal it leaves the migration running, and watch lands it', async () => {
  const beganAt = now()
  const { to } = await guest.route()
  const first = start(['migrate', guest.name, '--to', to])
  await first.prints(copying)
  first.child.kill('SIGINT')
  const left = await first.ended
  expectExit(left, 130)
  expect(left.stderr).toMatch(/left running.*"landfall watch web1"/)
  expect(await isMigrating()).toBe(true)

  const watch = await landfall(['watch', guest.name, '--json'])
  expectExit(watch, 0)
  expect(reportOf(watch)).toMatchObject({ outcome: 'completed', destination: to })
  await guest.livesOn(to, beganAt)
})

test('twice in a row it still leaves the guest alone', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const { process, type } = startAtTerminal(['migrate', guest.name, '--to', to])
  await process.prints(copying)
  type(controlC)
  await process.prints(/\[l\]eave it running/)
  type(controlC)
  expectExit(await process.ended, 130)
  expect(await isMigrating()).toBe(true)

  const abort = await landfall(['abort', guest.name])
  expectExit(abort, 0)
  await guest.livesOn(from, beganAt)
})

test('at a terminal it asks, and aborts where that is the answer', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const { process, type } = startAtTerminal(['migrate', guest.name, '--to', to])
  await process.prints(copying)
  type(controlC)
  await process.prints(/\[a\]bort it/)
  expect(await isMigrating()).toBe(true)
  type('a\r')
  const ended = await process.ended
  expectExit(ended, 4)
  expect(stripVTControlCharacters(ended.stdout)).toMatch(/aborted: .*runs on host\d as before/)
  await guest.livesOn(from, beganAt)
  expect(await onHost(from, guest.name, (domain) => domain.migrateGetMaxDowntime())).toBe(300)
})

test('at a terminal it goes on where that is the answer', async () => {
  const beganAt = now()
  const { to } = await guest.route()
  const { process, type } = startAtTerminal(['migrate', guest.name, '--to', to])
  await process.prints(copying)
  type(controlC)
  await process.prints(/\[c\]ontinue/)
  type('c\r')
  const ended = await process.ended
  expectExit(ended, 0)
  expect(stripVTControlCharacters(ended.stdout)).toMatch(/completed: .* runs on host\d/)
  await guest.livesOn(to, beganAt)
})
