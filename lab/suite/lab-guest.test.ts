import { randomBytes } from 'node:crypto'
import { open, readFile, readdir } from 'node:fs/promises'

import {
  addGuest,
  addVolume,
  checkGuest,
  inHost,
  longestStall,
  monotonicNowMs,
  openLab,
  readProgress,
  readProgressRecord,
  removeGuest,
  removeVolume,
  status,
  up,
  virsh,
  waitForProgress,
  waitForSweep,
  writeSpeed,
} from '@landfall/lab'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { eventually, labName, takeDown } from './lab-support.ts'

const lab = labName('guest')
const unharmed = { alive: true, wrongPages: 0, wrongBlocks: 0, rebooted: false, kernelMessages: [], wrongs: [] }
const pagesPerMiB = 256
/** Byte at which a rewritten page carries its second stamp (guest.c). */
const secondStamp = Math.floor(512 / 3) * 8

beforeAll(async () => {
  await up({ name: lab, link: 'none' })
})

afterEach(async () => {
  for (const guest of openLab(lab).state.guests) await removeGuest(lab, guest.name)
})

afterAll(async () => {
  await takeDown(lab)
})

/** The guest's speed in MiB a second over so long a time from now. */
async function speedOver(guest: string, ms: number): Promise<number> {
  const from = monotonicNowMs()
  await eventually(
    `${ms} ms of records`,
    async () => ((await readProgress(lab, guest)).at(-1)?.atMonotonicMs ?? 0) > from + ms,
  )
  return writeSpeed(await readProgress(lab, guest), from, from + ms) / pagesPerMiB
}

describe('a guest that writes', () => {
  test.each(['uniform', 'hot-cold', 'sequential'] as const)(
    '%s runs at gibibytes a second and checks itself',
    async (pattern) => {
      await addGuest(lab, { name: 'busy', memory: '256MiB', writeSet: '100MiB', pattern })
      await waitForProgress(lab, 'busy')
      const since = monotonicNowMs()
      expect(await speedOver('busy', 1000)).toBeGreaterThan(500)
      expect(await checkGuest(lab, 'busy', since)).toEqual(unharmed)
      const last = (await readProgress(lab, 'busy')).at(-1)
      expect(last?.pagesVerified).toBeGreaterThanOrEqual(last?.pagesWritten ?? Infinity)
      expect(last?.blocksWritten).toBeGreaterThan(0)
    },
  )

  test('that rewrites whole pages is as fast as a link is, and checks itself', async () => {
    await addGuest(lab, { name: 'dense', memory: '256MiB', writeSet: '100MiB', rewrite: 'pages' })
    await waitForProgress(lab, 'dense')
    const since = monotonicNowMs()
    expect(await speedOver('dense', 1000)).toBeGreaterThan(150)
    expect(await checkGuest(lab, 'dense', since)).toEqual(unharmed)
  })

  test('at a rate keeps to it', async () => {
    await addGuest(lab, { name: 'steady', memory: '256MiB', writeSet: '64MiB', writeRate: '20MiB' })
    await waitForProgress(lab, 'steady')
    const speed = await speedOver('steady', 3000)
    expect(speed).toBeGreaterThan(17)
    expect(speed).toBeLessThan(21)
  })

  test('in phases writes for five seconds and rests for five', async () => {
    await addGuest(lab, { name: 'phases', memory: '256MiB', writeSet: '64MiB', writeRate: '40MiB', pattern: 'phases' })
    const from = (await waitForProgress(lab, 'phases')).atMonotonicMs
    await eventually(
      'twelve seconds',
      async () => ((await readProgress(lab, 'phases')).at(-1)?.atMonotonicMs ?? 0) > from + 12_000,
      20_000,
    )
    const samples = await readProgress(lab, 'phases')
    const speeds = Array.from(
      { length: 12 },
      (_, i) => writeSpeed(samples, from + i * 1000, from + (i + 1) * 1000) / pagesPerMiB,
    )
    expect(speeds.filter((speed) => speed > 30).length).toBeGreaterThanOrEqual(4)
    expect(speeds.filter((speed) => speed < 1).length).toBeGreaterThanOrEqual(3)
    // Rest is no stall: it would work if it had to.
    expect(longestStall(samples, from, from + 12_000)).toBeLessThan(1000)
  })
})

test('a quiet guest writes nothing, tells its state every 40 ms and reads all of its memory', async () => {
  await addGuest(lab, { name: 'quiet', memory: '256MiB' })
  const from = (await waitForProgress(lab, 'quiet')).atMonotonicMs
  const swept = await waitForSweep(lab, 'quiet')
  expect(swept.pagesWritten).toBe(0)
  const samples = (await readProgress(lab, 'quiet')).filter(({ atMonotonicMs }) => atMonotonicMs > from)
  const gaps = samples.slice(1).map((sample, i) => sample.atMonotonicMs - (samples[i]?.atMonotonicMs ?? 0))
  expect(gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeLessThan(60)
  expect(await checkGuest(lab, 'quiet', from)).toEqual(unharmed)
})

test('with two vCPUs both write', async () => {
  await addGuest(lab, { name: 'two', memory: '256MiB', writeSet: '64MiB', vcpus: 2, writeRate: '30MiB' })
  await waitForProgress(lab, 'two')
  expect(await speedOver('two', 2000)).toBeGreaterThan(24)
})

test.each([
  { rewrite: 'stamps', at: secondStamp, bytes: 8, kind: 'page' },
  // Of 64 words in a row each rewrite looks at one.
  { rewrite: 'pages', at: 8, bytes: 512, kind: 'dense' },
] as const)(
  'memory that was changed behind its back is noticed: $rewrite',
  async ({ rewrite, at: from, bytes: length, kind }) => {
    await addGuest(lab, { name: 'victim', memory: '256MiB', writeSet: '100MiB', rewrite })
    await waitForProgress(lab, 'victim')
    const since = monotonicNowMs()
    const answer = await virsh(lab, 'host1', ['qemu-monitor-command', '--hmp', 'victim', 'gpa2hva', '0x4000000'])
    const address = Number(/is (0x[0-9a-f]+)/.exec(answer)?.[1])
    await using memory = await open(`/proc/${await qemuOf('victim')}/mem`, 'r+')
    const bytes = Buffer.alloc(128 * 1024 ** 2)
    await memory.read(bytes, 0, bytes.length, address)
    const rewritten = Array.from({ length: bytes.length / 4096 }, (_, i) => i * 4096).filter((at) =>
      isStamped(bytes, at),
    )
    expect(rewritten.length).toBeGreaterThan(100)
    for (const at of rewritten.slice(0, 16)) await memory.write(randomBytes(length), 0, length, address + at + from)
    await eventually('a wrong page', async () => (await checkGuest(lab, 'victim', since)).wrongPages > 0, 30_000)
    expect((await checkGuest(lab, 'victim', since)).wrongs[0]).toMatch(new RegExp(`^W [0-9a-f]{8} \\d+ ${kind} `))
  },
)

test('a volume that was changed behind its back is noticed', async () => {
  const guest = await addGuest(lab, { name: 'victim', memory: '256MiB', volumeSize: '1MiB', diskWriteRate: '4MiB' })
  await waitForProgress(lab, 'victim')
  const since = monotonicNowMs()
  await eventually(
    'blocks read back',
    async () => ((await readProgress(lab, 'victim')).at(-1)?.blocksVerified ?? 0) > 200,
  )
  expect(await checkGuest(lab, 'victim', since)).toEqual(unharmed)
  const file = openLab(lab).state.volumes.find(({ name }) => name === guest.volume)?.file ?? ''
  await using volume = await open(file, 'r+')
  await volume.write(Buffer.alloc(1024 ** 2, 7), 0, 1024 ** 2, 0)
  await eventually('a wrong block', async () => (await checkGuest(lab, 'victim', since)).wrongBlocks > 0)
})

test('a reboot is noticed', async () => {
  await addGuest(lab, { name: 'fickle', memory: '256MiB' })
  const { atMonotonicMs } = await waitForProgress(lab, 'fickle')
  await virsh(lab, 'host1', ['reset', 'fickle'])
  await expect
    .poll(async () => (await checkGuest(lab, 'fickle', atMonotonicMs)).rebooted, { timeout: 30_000 })
    .toBe(true)
})

test('a guest powers off when asked, and starts again', async () => {
  await addGuest(lab, { name: 'polite', memory: '256MiB' })
  await waitForProgress(lab, 'polite')
  await virsh(lab, 'host1', ['shutdown', 'polite'])
  await eventually('it is off', async () => (await virsh(lab, 'host1', ['domstate', 'polite'])).trim() === 'shut off')
  expect((await readProgressRecord(lab, 'polite')).poweredOffAtMonotonicMs).not.toBeNull()
  await virsh(lab, 'host1', ['start', 'polite'])
  await waitForProgress(lab, 'polite')
})

test('a record goes on without a gap while the guest moves to another host', async () => {
  await addGuest(lab, { name: 'mover', memory: '256MiB', writeSet: '16MiB', writeRate: '10MiB' })
  const { atMonotonicMs: from } = await waitForProgress(lab, 'mover')
  await virsh(lab, 'host1', [
    'migrate',
    '--live',
    '--p2p',
    '--persistent',
    '--undefinesource',
    'mover',
    'qemu+tcp://host2/system',
  ])
  await waitForProgress(lab, 'mover')
  expect((await status(lab)).guests).toMatchObject([{ name: 'mover', activeOn: ['host2'] }])
  const record = await readProgressRecord(lab, 'mover')
  expect(record.tornLines).toBe(0)
  expect(longestStall(record.samples, from, monotonicNowMs())).toBeLessThan(2000)
  expect(await checkGuest(lab, 'mover', from)).toEqual(unharmed)
})

test('a database in a guest keeps its rate, and every value is read and right after a move', async () => {
  await addGuest(lab, { name: 'redis', memory: '256MiB', database: '4MiB', writeRate: '256KiB', fill: false })
  const { atMonotonicMs: from } = await waitForProgress(lab, 'redis')
  await virsh(lab, 'host1', ['migrate', '--live', '--p2p', 'redis', 'qemu+tcp://host2/system'])
  const moved = await waitForProgress(lab, 'redis')
  const swept = await waitForSweep(lab, 'redis')

  expect(swept.pagesWritten - moved.pagesWritten).toBeGreaterThan(8)
  expect(swept.pagesVerified - moved.pagesVerified).toBeGreaterThan(4 * pagesPerMiB)
  expect(await checkGuest(lab, 'redis', from)).toEqual(unharmed)

  // And one that is changed behind its back is noticed.
  const answer = await virsh(lab, 'host2', ['qemu-monitor-command', '--hmp', 'redis', 'gpa2hva', '0x1000000'])
  const address = Number(/is (0x[0-9a-f]+)/.exec(answer)?.[1])
  await using memory = await open(`/proc/${await qemuOf('redis')}/mem`, 'r+')
  const bytes = Buffer.alloc(232 * 1024 ** 2)
  await memory.read(bytes, 0, bytes.length, address)
  const values = Array.from({ length: 32 }, (_, i) => headOfValue(i % 8, 1 + Math.floor(i / 8)))
  const found = values.map((head) => bytes.indexOf(head)).filter((at) => at >= 0)
  expect(found.length).toBeGreaterThan(0)
  for (const at of found) await memory.write(randomBytes(8), 0, 8, address + at + 2048)
  await eventually('a wrong value', async () => (await checkGuest(lab, 'redis', from)).wrongPages > 0, 30_000)
  expect((await checkGuest(lab, 'redis', from)).wrongs[0]).toMatch(/^W [0-9a-f]{8} \d+ value /)
})

/** The first two words of a value of the guest's database (database.c). */
function headOfValue(key: number, version: number): Buffer {
  const stamp = (BigInt(key) << 32n) | BigInt(version)
  let seed = wrap(stamp + golden)
  seed = wrap((seed ^ (seed >> 30n)) * 0xbf58476d1ce4e5b9n)
  seed = wrap((seed ^ (seed >> 27n)) * 0x94d049bb133111ebn)
  const head = Buffer.alloc(16)
  head.writeBigUInt64LE(stamp, 0)
  head.writeBigUInt64LE(wrap((seed ^ (seed >> 31n)) + golden), 8)
  return head
}
const golden = 0x9e3779b97f4a7c15n
const wrap = (x: bigint): bigint => BigInt.asUintN(64, x)

test('a volume can be had by itself, on every host', async () => {
  const volume = await addVolume(lab, 'spare', '8MiB')
  const uri = `nbd://${volume.address}:${volume.port}/${volume.name}`
  for (const host of ['host1', 'host2'])
    expect(JSON.parse(await inHost(lab, host, ['qemu-img', 'info', '--output=json', uri]))).toMatchObject({
      'virtual-size': 8 * 1024 ** 2,
    })
  await expect(addVolume(lab, 'spare', '8MiB')).rejects.toMatchObject({ code: 'volume-exists' })
  await removeVolume(lab, 'spare')
  expect(openLab(lab).state.volumes).toEqual([])
})

test('what does not exist is named', async () => {
  await expect(addGuest(lab, { name: 'g', on: 'host9' })).rejects.toMatchObject({ code: 'host-unknown' })
  await expect(removeGuest(lab, 'nobody')).rejects.toMatchObject({ code: 'guest-unknown' })
  await expect(readProgress(lab, 'nobody')).rejects.toMatchObject({ code: 'record-unreadable' })
  expect(openLab(lab).state).toMatchObject({ guests: [], volumes: [] })
})

/** Whether the page at that byte is one that the guest rewrites: its last word is its first one inverted. */
function isStamped(bytes: Buffer, at: number): boolean {
  const first = bytes.readBigUInt64LE(at)
  return first !== 0n && BigInt.asUintN(64, ~first) === bytes.readBigUInt64LE(at + 4088)
}

/** The machine's pid of a guest's QEMU, wherever it runs. */
async function qemuOf(guest: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(`guest=${guest},`) && line.includes(`${lab}/`)) return Number(entry)
  }
  throw new Error(`no QEMU runs "${guest}"`)
}
