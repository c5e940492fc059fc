import { expect, test } from 'vitest'

import { judgeGuest, messagesSince } from './guest-check.ts'
import { lineChecksum, parseProgress, parseRecord } from './record-lines.ts'

const line = (at: number, body: string): string => `${at.toFixed(3)} ${at} ${body} ${lineChecksum(body)}\n`
const progress = (at: number, boot: string, work: number, wrongPages = 0, wrongBlocks = 0): string =>
  line(at, `P ${boot} ${at} ${work} ${work} ${work} ${wrongPages} 0 0 ${wrongBlocks} 0`)

const steady = progress(1000, 'a', 1) + progress(2000, 'a', 2) + progress(2900, 'a', 3)
const boot = parseRecord('900.000 900 landfall: the guest runs\n')

test('a guest that goes on as it was is unharmed', () => {
  expect(judgeGuest(parseProgress(steady), boot, 1500, 3000)).toEqual({
    alive: true,
    wrongPages: 0,
    wrongBlocks: 0,
    rebooted: false,
    kernelMessages: [],
    wrongs: [],
  })
})

test('a guest that is silent, or only repeats itself, is not alive', () => {
  expect(judgeGuest(parseProgress(steady), boot, 1500, 5000).alive).toBe(false)
  const stuck = steady + [4000, 4500, 4900].map((at) => progress(at, 'a', 3)).join('')
  expect(judgeGuest(parseProgress(stuck), boot, 1500, 5000).alive).toBe(false)
  expect(judgeGuest(parseProgress(''), [], 0, 100).alive).toBe(false)
})

test('only what went wrong since then counts', () => {
  const record = parseProgress(progress(1000, 'a', 1, 5, 2) + progress(2000, 'a', 2, 7, 3))
  expect(judgeGuest(record, boot, 1500, 2100)).toMatchObject({ wrongPages: 2, wrongBlocks: 1 })
})

test('a reboot is seen by the boot id, though all counters grow', () => {
  const record = parseProgress(progress(1000, 'a', 1, 4) + progress(2000, 'b', 20, 1) + progress(2500, 'b', 30, 1))
  expect(judgeGuest(record, boot, 1500, 2600)).toMatchObject({ rebooted: true, wrongPages: 1 })
})

test('messages of the kernel are reported, those of its program and older ones are not', () => {
  const console = parseRecord(
    '100.0 1 [    0.0] at boot\n2000.0 2 [  9.1] BUG: soft lockup\n2001.0 2 landfall: the guest runs\n',
  )
  expect(messagesSince(console, 1000).map(({ text }) => text)).toEqual(['[  9.1] BUG: soft lockup'])
  expect(judgeGuest(parseProgress(steady), console, 1500, 3000).kernelMessages).toEqual(['[  9.1] BUG: soft lockup'])
})

test('that the machine was busy is no harm to the guest', () => {
  const console = parseRecord('2000.0 2 [   37.464924] hrtimer: interrupt took 15726779 ns\n')
  expect(judgeGuest(parseProgress(steady), console, 1500, 3000).kernelMessages).toEqual([])
})
