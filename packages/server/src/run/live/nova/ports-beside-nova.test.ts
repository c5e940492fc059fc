import type { Act, Sample } from '@landfall/core'
import { beforeEach, expect, test } from 'vitest'
import { sample } from '../../../testing/driven-world.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import type { DriverPorts } from '../driver/driver.ts'
import { portsBesideNova } from './ports-beside-nova.ts'

let nova: FakeNova
/** What libvirt was asked for. */
let asked: string[]
let told: string[]
let seen: Sample | null
let ports: DriverPorts
let untilHeard: () => Promise<void>

const because = { why: 'test', numbers: {} }
const abort: Act = { kind: 'abort', reason: { code: 'asked', message: 'test' }, ...because }
const limit = (downtimeMs: number): Act => ({ kind: 'set-downtime-limit', downtimeMs, ...because })

beforeEach(() => {
  nova = new FakeNova('u1')
  asked = []
  told = []
  seen = sample(1000)
  const libvirt: DriverPorts = {
    launch: null,
    resumePostCopy: async () => void asked.push('migrate'),
    obstacleToResume: async () => null,
    readSample: async () => seen,
    perform: async (act) => void asked.push(act.kind === 'set-downtime-limit' ? `limit ${act.downtimeMs}` : act.kind),
    resumeGuest: async () => void asked.push('resume'),
    look: async () => Promise.reject(new Error('not looked at here')),
  }
  untilHeard = async () => undefined
  const say = (message: string): void => void told.push(message)
  const options = { open: nova.open, server: 'u1', migration: 7, say, untilHeard: () => untilHeard() }
  ports = portsBesideNova(libvirt, options)
})

test('post-copy is asked of Nova alone, also where Nova refuses it', async () => {
  await ports.perform({ kind: 'start-post-copy', ...because })
  nova.refusals.set('forceComplete', new Error('409'))
  await expect(ports.perform({ kind: 'start-post-copy', ...because })).rejects.toThrow('409')
  expect(nova.asked).toEqual(['forceComplete 7', 'forceComplete 7'])
  expect(asked).toEqual([])
})

test('an abort is asked of Nova, and of libvirt when the guest is copied all the same', async () => {
  await ports.perform(abort)
  expect([nova.asked, asked]).toEqual([['abort 7'], []])
  await ports.perform(abort)
  expect([nova.asked, asked]).toEqual([['abort 7'], ['abort']])
})

test('where Nova does not take an abort libvirt does, at once', async () => {
  nova.refusals.set('abort', new Error('the API is down'))
  await ports.perform(abort)
  expect(asked).toEqual(['abort'])
  expect(told).toEqual(['the API is down: libvirt is asked to abort instead'])
})

test('a limit that Nova’s own step has written over is set again at the next look', async () => {
  seen = sample(2000, { downtimeLimitMs: 50 })
  expect((await ports.readSample(null))?.downtimeLimitMs).toBe(50)
  expect(asked).toEqual([])
  await ports.perform(limit(8000))
  expect((await ports.readSample(seen))?.downtimeLimitMs).toBe(8000)
  seen = sample(2100, { downtimeLimitMs: 8000 })
  await ports.readSample(seen)
  expect(asked).toEqual(['limit 8000', 'limit 8000'])
  expect(told).toEqual(["Nova's own step has set the downtime limit to 50 ms: it is set to 8000 ms again"])
})

test('no guest is switched over while Nova’s monitor is silent', async () => {
  untilHeard = () => Promise.reject(new Error('silent'))
  await expect(ports.perform(limit(8000))).rejects.toThrow('silent')
  expect(asked).toEqual([])
  await ports.perform(abort)
  expect(nova.asked).toEqual(['abort 7'])
})

test('a limit is lowered while Nova’s monitor is silent: no guest is switched over by that', async () => {
  untilHeard = () => Promise.reject(new Error('silent'))
  seen = sample(1000, { downtimeLimitMs: 500 })
  await ports.readSample(null)
  await ports.perform(limit(200))
  expect(asked).toEqual(['limit 200'])
  await expect(ports.perform(limit(400))).rejects.toThrow('silent')
  expect(asked).toEqual(['limit 200'])
})

test('a throttle is QEMU’s, and goes there', async () => {
  await ports.perform({ kind: 'set-throttle', percent: 90, ...because })
  expect([nova.asked, asked]).toEqual([[], ['set-throttle']])
})

test('a broken post-copy is not launched again', async () => {
  expect(await ports.obstacleToResume()).toMatch(/Nova carries it out/)
  await expect(ports.resumePostCopy()).rejects.toThrow('not launched again')
  expect(asked).toEqual([])
})
