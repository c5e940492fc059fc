// The guests by themselves: that they do what they are asked to, and notice whatever is done to them. The ROM guest in full;
// of the Linux guest, which is emulated where KVM does not run it, what only it has and one of everything.
import { open } from 'node:fs/promises'

import {
  addGuest,
  addVolume,
  checkGuest,
  guestMemory,
  inHost,
  monotonicNowMs,
  openLab,
  readProgress,
  readProgressRecord,
  removeGuest,
  removeVolume,
  rewrittenPages,
  status,
  up,
  virsh,
  waitForProgress,
  waitForSweep,
  writeSpeed,
} from '@landfall/lab'
import type { GuestRequest } from '@landfall/lab'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { eventually, labName, takeDown } from './lab-support.ts'
import { unharmed } from '../support/guest.ts'

const lab = labName('guest')
const mebi = 1024 ** 2
const pagesPerMiB = 256
/** Byte at which a rewritten page carries its second stamp (guest/rom/memory/pages.c). */
const secondStamp = Math.floor(512 / 3) * 8
/** Of a small guest; its own part ends at 16 MiB. */
const memory = { from: 16 * mebi, bytes: 47 * mebi }

beforeAll(async () => {
  await up({ name: lab, link: 'none' })
})

afterEach(async () => {
  for (const guest of openLab(lab).state.guests) await removeGuest(lab, guest.name)
})

afterAll(async () => {
  await takeDown(lab)
})

type Asked = Omit<GuestRequest, 'name' | 'guest'>

/** A small ROM guest that has begun to work. */
async function start(name: string, asked: Asked = {}): Promise<void> {
  await addGuest(lab, { name, guest: 'rom', memory: '64MiB', ...asked })
  await waitForProgress(lab, name)
}

const last = async (guest: string) => (await readProgress(lab, guest)).at(-1)

/** The guest's speed in MiB a second over so long a time from now. */
async function speedOver(guest: string, ms: number): Promise<number> {
  const from = monotonicNowMs()
  await eventually(`${ms} ms of records`, async () => ((await last(guest))?.atMonotonicMs ?? 0) > from + ms)
  return writeSpeed(await readProgress(lab, guest), from, from + ms) / pagesPerMiB
}

/** Records since which it worked: in so many it wrote, in so many it did not. A vCPU that got no time tells nothing. */
async function recordsOf(guest: string): Promise<{ readonly writing: number; readonly idle: number }> {
  const samples = await readProgress(lab, guest)
  const pairs = samples.slice(1).map((sample, i) => ({ sample, before: samples[i] ?? sample }))
  const worked = pairs.filter(({ sample, before }) => sample.work > before.work)
  const idle = worked.filter(({ sample, before }) => sample.pagesWritten === before.pagesWritten)
  return { idle: idle.length, writing: worked.length - idle.length }
}

describe('a guest that writes', () => {
  test.each([
    { pattern: 'uniform', rewrite: 'stamp' },
    { pattern: 'hot-cold', rewrite: 'stamps' },
    { pattern: 'drift', rewrite: 'mixed' },
    { pattern: 'sequential', rewrite: 'pages' },
  ] as const)('$pattern, rewriting $rewrite, checks itself', async (asked) => {
    await start('busy', { writeSet: '32MiB', ...asked })
    const since = monotonicNowMs()
    const before = await last('busy')
    await waitForSweep(lab, 'busy')
    expect(await checkGuest(lab, 'busy', since)).toEqual(unharmed)
    const after = await last('busy')
    expect(after?.pagesWritten).toBeGreaterThan(before?.pagesWritten ?? Infinity)
    expect(after?.pagesVerified).toBeGreaterThan(after?.pagesWritten ?? Infinity)
    expect(after?.blocksWritten).toBeGreaterThan(0)
  })

  test('at a rate never exceeds it', async () => {
    await start('steady', { writeSet: '32MiB', writeRate: '20MiB' })
    const speed = await speedOver('steady', 2000)
    expect(speed).toBeGreaterThan(2)
    expect(speed).toBeLessThan(21.5)
  })

  test('and scans reads far more than it writes', async () => {
    await start('scan', { writeSet: '32MiB', writeRate: '20MiB', pattern: 'scan' })
    await eventually('some writes', async () => ((await last('scan'))?.pagesWritten ?? 0) > 20)
    const sample = await last('scan')
    expect(sample?.pagesVerified).toBeGreaterThan(10 * (sample?.pagesWritten ?? Infinity))
  })

  test('in bursts writes for a while and idles for a while, which is no standstill', async () => {
    await start('bursts', { writeSet: '32MiB', writeRate: '40MiB', burst: '500ms/500ms' })
    const since = monotonicNowMs()
    await eventually('many records of each kind', async () => {
      const { idle, writing } = await recordsOf('bursts')
      return idle > 5 && writing > 5
    })
    expect(await checkGuest(lab, 'bursts', since)).toEqual(unharmed)
  })
})

test('a quiet guest writes nothing and reads all of its memory', async () => {
  await start('quiet')
  const since = monotonicNowMs()
  expect((await waitForSweep(lab, 'quiet')).pagesWritten).toBe(0)
  expect(await checkGuest(lab, 'quiet', since)).toEqual(unharmed)
})

test('with four vCPUs all of them write', async () => {
  await start('four', { writeSet: '32MiB', vcpus: 4, writeRate: '1MiB' })
  await using seen = await guestMemory({ lab, host: 'host1', guest: 'four' }, memory.from)
  const before = await seen.read(32 * mebi)
  // Each has a quarter of the set for itself. Where it begins lies a little after what the guest keeps of its pages.
  await eventually('pages of each quarter are rewritten', async () => {
    const now = await seen.read(32 * mebi)
    return [0, 8, 16, 24].every((at) => {
      const [from, to] = [at * mebi + 65_536, (at + 8) * mebi]
      return !before.subarray(from, to).equals(now.subarray(from, to))
    })
  })
  expect(await checkGuest(lab, 'four', monotonicNowMs())).toEqual(unharmed)
})

test('vCPUs that write flat out read only what no other one is writing', async () => {
  await start('flat', { writeSet: '32MiB', vcpus: 4, rewrite: 'mixed' })
  const since = monotonicNowMs()
  await waitForSweep(lab, 'flat')
  expect(await checkGuest(lab, 'flat', since)).toEqual(unharmed)
})

test('more than 2 GiB are used, beyond the hole below 4 GiB', async () => {
  await start('large', { memory: '4GiB', writeSet: '3GiB', writeRate: '8MiB', fill: false })
  expect((await readProgressRecord(lab, 'large')).pagesInSet).toBe(3 * 1024 * pagesPerMiB)
  expect(await checkGuest(lab, 'large', monotonicNowMs())).toEqual(unharmed)
})

describe('what is done to a guest behind its back is noticed', () => {
  const place = { lab, host: 'host1', guest: 'victim' }

  test.each([
    { what: 'a stamp', rewrite: 'stamps', at: secondStamp, bytes: 8, kind: 'page' },
    { what: 'content that is rewritten whole', rewrite: 'pages', at: 64, bytes: 1024, kind: 'content' },
    { what: 'content that is rewritten in part', rewrite: 'mixed', at: 64, bytes: 1024, kind: 'content' },
  ] as const)('$what', async ({ rewrite, at: from, bytes: length, kind }) => {
    await start('victim', { writeSet: '32MiB', writeRate: '64MiB', rewrite })
    const since = monotonicNowMs()
    await using seen = await guestMemory(place, memory.from)
    const pages = rewrittenPages(await seen.read(memory.bytes))
    expect(pages.length).toBeGreaterThan(100)
    for (const at of pages.slice(0, 16)) await seen.write(at + from, Buffer.alloc(length, 0xa5))
    await eventually('a wrong page', async () => (await checkGuest(lab, 'victim', since)).wrongPages > 0, 30_000)
    expect((await checkGuest(lab, 'victim', since)).wrongs[0]).toMatch(new RegExp(`^W [0-9a-f]{8} \\d+ ${kind} `))
  })

  test('a page that is whole but was put back to what it held before', async () => {
    await start('victim', { writeSet: '4MiB', writeRate: '64MiB', rewrite: 'mixed' })
    await using seen = await guestMemory(place, memory.from)
    const old = await seen.read(8 * mebi)
    const [page = -1] = rewrittenPages(old)
    expect(page).toBeGreaterThanOrEqual(0)
    const since = monotonicNowMs()
    const written = (await last('victim'))?.pagesWritten ?? 0
    // Each of the thousand pages has been rewritten several times since.
    await eventually('it is rewritten', async () => ((await last('victim'))?.pagesWritten ?? 0) > written + 20_000)
    await seen.write(page, old.subarray(page, page + 4096))
    await eventually('an old page', async () => (await checkGuest(lab, 'victim', since)).wrongPages > 0, 30_000)
    expect((await checkGuest(lab, 'victim', since)).wrongs[0]).toMatch(/^W [0-9a-f]{8} \d+ page /)
  })

  test('memory that it never rewrites', async () => {
    await start('victim')
    const since = monotonicNowMs()
    await using seen = await guestMemory(place, memory.from)
    await seen.write(20 * mebi + 512, Buffer.alloc(8, 0x5a))
    await eventually('a wrong page', async () => (await checkGuest(lab, 'victim', since)).wrongPages > 0, 30_000)
    expect((await checkGuest(lab, 'victim', since)).wrongs).toEqual([
      expect.stringMatching(/^W [0-9a-f]{8} \d+ static /),
    ])
  })

  test('a volume', async () => {
    const guest = await addGuest(lab, {
      name: 'victim',
      guest: 'rom',
      memory: '64MiB',
      volumeSize: '1MiB',
      diskWriteRate: '4MiB',
    })
    const since = monotonicNowMs()
    await eventually('blocks read back', async () => ((await last('victim'))?.blocksVerified ?? 0) > 200)
    expect(await checkGuest(lab, 'victim', since)).toEqual(unharmed)
    const file = openLab(lab).state.volumes.find(({ name }) => name === guest.volume)?.file ?? ''
    await using volume = await open(file, 'r+')
    await volume.write(Buffer.alloc(mebi, 7), 0, mebi, 0)
    await eventually('a wrong block', async () => (await checkGuest(lab, 'victim', since)).wrongBlocks > 0)
  })

  test('a reboot', async () => {
    await start('victim')
    const { atMonotonicMs } = await waitForProgress(lab, 'victim')
    await virsh(lab, 'host1', ['reset', 'victim'])
    await expect
      .poll(async () => (await checkGuest(lab, 'victim', atMonotonicMs)).rebooted, { timeout: 30_000 })
      .toBe(true)
  })
})

test('a guest powers off when asked, and starts again', async () => {
  await start('polite')
  await virsh(lab, 'host1', ['shutdown', 'polite'])
  await eventually('it is off', async () => (await virsh(lab, 'host1', ['domstate', 'polite'])).trim() === 'shut off')
  expect((await readProgressRecord(lab, 'polite')).poweredOffAtMonotonicMs).not.toBeNull()
  await virsh(lab, 'host1', ['start', 'polite'])
  await waitForProgress(lab, 'polite')
})

const moving = ['migrate', '--live', '--p2p', '--persistent', '--undefinesource']

test('a record goes on without a gap while the guest moves to another host', async () => {
  await start('mover', { writeSet: '16MiB', writeRate: '10MiB', vcpus: 2 })
  const { atMonotonicMs: from } = await waitForProgress(lab, 'mover')
  await virsh(lab, 'host1', [...moving, 'mover', 'qemu+tcp://host2/system'])
  await waitForProgress(lab, 'mover')
  expect((await status(lab)).guests).toMatchObject([{ name: 'mover', guest: 'rom', activeOn: ['host2'] }])
  const { tornLines } = await readProgressRecord(lab, 'mover')
  expect(tornLines).toBe(0)
  expect(await checkGuest(lab, 'mover', from)).toEqual(unharmed)
})

test('the ROM guest is the same guest where it is emulated', async () => {
  const { state } = openLab(lab)
  await start('slow', { writeSet: '16MiB', writeRate: '4MiB', rewrite: 'mixed' })
  // The laboratory chooses KVM where it can: this is its own definition, with TCG in its place.
  const definition = await virsh(lab, 'host1', ['dumpxml', '--inactive', 'slow'])
  const emulated = definition.replace("<domain type='kvm'", "<domain type='qemu'").replace('kvm64', 'Nehalem')
  await virsh(lab, 'host1', ['destroy', 'slow'])
  await inHost(lab, 'host1', [
    'sh',
    '-c',
    'cat >/tmp/slow.xml <<"XML"\n' + emulated + '\nXML\nvirsh define /tmp/slow.xml',
  ])
  await virsh(lab, 'host1', ['start', 'slow'])
  const { atMonotonicMs: from } = await waitForProgress(lab, 'slow', { deadlineMs: 60_000 })
  await virsh(lab, 'host1', [...moving, 'slow', state.hosts[1]?.peerUri ?? ''])
  await waitForProgress(lab, 'slow')
  expect(await checkGuest(lab, 'slow', from)).toEqual(unharmed)
})

test('the Linux guest writes, checks itself, moves and powers off', async () => {
  await addGuest(lab, {
    name: 'linux',
    guest: 'linux',
    memory: '192MiB',
    vcpus: 2,
    writeSet: '32MiB',
    writeRate: '8MiB',
    fill: false,
  })
  const { atMonotonicMs: from } = await waitForProgress(lab, 'linux', { deadlineMs: 60_000 })
  await virsh(lab, 'host1', [...moving, 'linux', 'qemu+tcp://host2/system'])
  const moved = await waitForProgress(lab, 'linux')
  expect(moved.pagesWritten).toBeGreaterThan(0)
  expect(await checkGuest(lab, 'linux', from)).toEqual(unharmed)
  await virsh(lab, 'host2', ['shutdown', 'linux'])
  await eventually(
    'it is off',
    async () => (await virsh(lab, 'host2', ['domstate', 'linux'])).trim() === 'shut off',
    60_000,
  )
})

test('a database in a guest keeps its rate, and every value is read and right after a move', async () => {
  await addGuest(lab, { name: 'redis', memory: '256MiB', database: '4MiB', writeRate: '256KiB', fill: false })
  const { atMonotonicMs: from } = await waitForProgress(lab, 'redis', { deadlineMs: 60_000 })
  await virsh(lab, 'host1', ['migrate', '--live', '--p2p', 'redis', 'qemu+tcp://host2/system'])
  const moved = await waitForProgress(lab, 'redis')
  const swept = await waitForSweep(lab, 'redis')

  expect(swept.pagesWritten - moved.pagesWritten).toBeGreaterThan(8)
  expect(swept.pagesVerified - moved.pagesVerified).toBeGreaterThan(4 * pagesPerMiB)
  expect(await checkGuest(lab, 'redis', from)).toEqual(unharmed)

  // And one that is changed behind its back is noticed.
  await using seen = await guestMemory({ lab, host: 'host2', guest: 'redis' }, 16 * mebi)
  const damage = async (): Promise<number> => {
    const found = valuesIn(await seen.read(232 * mebi))
    for (const at of found) await seen.write(at + 2048, Buffer.alloc(8, 0x77))
    return found.length
  }
  expect(await damage()).toBeGreaterThan(0)
  await eventually('a wrong value', async () => {
    if ((await checkGuest(lab, 'redis', from)).wrongPages > 0) return true
    // One that was updated before it was compared is right again, and lies elsewhere.
    await damage()
    return false
  })
  expect((await checkGuest(lab, 'redis', from)).wrongs[0]).toMatch(/^W [0-9a-f]{8} \d+ value /)
})

test.each([
  { program: 'memcached', database: '4MiB', valueSize: '1KiB', readPercent: 100, writeRate: '256KiB' },
  { program: 'postgres', memory: '512MiB', database: '1MiB', readPercent: 100 },
  { program: 'tcc' },
] as const)(
  'a guest that runs $program goes on with it after a move, and nothing that it made is wrong',
  async (asked) => {
    const { program } = asked
    await addGuest(lab, { name: program, memory: '256MiB', fill: false, ...asked })
    const { atMonotonicMs: from } = await waitForProgress(lab, program, { deadlineMs: 60_000 })
    await virsh(lab, 'host1', ['migrate', '--live', '--p2p', program, 'qemu+tcp://host2/system'])
    const moved = await waitForProgress(lab, program)
    await eventually(`${program} goes on`, async () => {
      const samples = await readProgress(lab, program)
      return (samples.at(-1)?.pagesWritten ?? 0) > moved.pagesWritten + 8
    })
    expect(await checkGuest(lab, program, from)).toEqual(unharmed)
  },
)

/** Where values of the first keys are, in whatever version: a slow machine's guest has written many by now. */
function valuesIn(bytes: Buffer): number[] {
  const found: number[] = []
  const zero = (at: number): boolean => bytes[at] === 0
  for (let at = 0; at + 16 <= bytes.length; at++) {
    // A version below 2^16, a key below 8, and a third word that is not empty: little else looks so.
    if (!zero(at + 2) || !zero(at + 3) || !zero(at + 5) || !zero(at + 6) || !zero(at + 7)) continue
    if ((bytes[at + 4] ?? 8) >= 8 || (zero(at) && zero(at + 1)) || zero(at + 9) || zero(at + 10)) continue
    const head = headOfValue(bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at))
    if (head.equals(bytes.subarray(at, at + 16))) found.push(at)
  }
  return found
}

/** The first two words of a value of the guest's database (guest/linux/database.c). */
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
      'virtual-size': 8 * mebi,
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
