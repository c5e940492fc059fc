import { assert, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LocalDiskFacts } from '../disks/local-disk-facts.ts'
import { check, obstacles } from './check.ts'
import type { PreflightFacts } from './preflight-facts.ts'

const GiB = 1024 ** 3

const good: PreflightFacts = {
  source: { name: 'host1', hostUuid: 'a', libvirtVersion: 11_003_000 },
  destination: {
    name: 'host2',
    hostUuid: 'b',
    libvirtVersion: 11_003_000,
    availableBytes: 8 * GiB,
    reservedBytes: GiB,
    hasSameName: false,
    hasSameUuid: false,
    kept: null,
    revertsTo: false,
    machineObstacle: null,
    cpu: { kind: 'usable' },
  },
  guest: {
    name: 'web1',
    state: 'running',
    domainType: 'kvm',
    machine: 'pc-q35-10.0',
    memoryBytes: GiB,
    activeJob: null,
    disks: [
      {
        target: 'vda',
        device: 'disk',
        sourceKind: 'network',
        location: 'nbd:vol1',
        cacheMode: 'none',
        readonly: false,
        shareable: false,
      },
    ],
    hostDevices: [],
    persistent: true,
    isNovas: false,
  },
  localDisks: [],
  unseenMedia: [],
  dryRun: { kind: 'allowed' },
}

const localDisk = {
  target: 'vdb',
  device: 'disk',
  sourceKind: 'file',
  location: '/var/lib/web1.img',
  cacheMode: null,
  readonly: false,
  shareable: false,
} as const

type Change = (facts: PreflightFacts) => PreflightFacts
const guest =
  (part: Partial<PreflightFacts['guest']>): Change =>
  (facts) => ({ ...facts, guest: { ...facts.guest, ...part } })
const destination =
  (part: Partial<PreflightFacts['destination']>): Change =>
  (facts) => ({ ...facts, destination: { ...facts.destination, ...part } })

test('a guest that can move meets no obstacle and no warning', () => {
  expect(check(good).filter(({ severity }) => severity !== 'fine')).toEqual([])
})

describe('an obstacle is named, with what to do', () => {
  test.each<[string, Change, RegExp]>([
    ['guest-running', guest({ state: 'paused' }), /paused/],
    ['no-other-job', guest({ activeJob: 'backup' }), /backup/],
    ['different-hosts', destination({ hostUuid: 'a' }), /same host/],
    ['name-free', destination({ hasSameName: true }), /name of web1/],
    ['name-free', destination({ hasSameUuid: true }), /UUID of web1/],
    ['machine-type', destination({ machineObstacle: 'unsupported' }), /pc-q35-10.0/],
    ['cpu', destination({ cpu: { kind: 'incompatible', why: 'lacks avx512' } }), /avx512/],
    ['memory', destination({ availableBytes: 2 * GiB }), /short of memory/],
    ['host-devices', guest({ hostDevices: ['pci 0000:03:00.0'] }), /0000:03:00.0/],
    ['versions', destination({ libvirtVersion: 5_000_000 }), /5\.0\.0/],
    [
      'disks',
      (facts) => ({ ...guest({ disks: [localDisk] })(facts), dryRun: { kind: 'unsafe', why: 'w' } }),
      /\/var\/lib\/web1\.img/,
    ],
    ['libvirt-allows', (facts) => ({ ...facts, dryRun: { kind: 'forbidden', why: 'has 2 snapshots' } }), /2 snapshots/],
  ])('%s', (code, change, message) => {
    const found = obstacles(check(change(good)))
    const finding = found.find((each) => each.code === code)
    expect(finding?.message).toMatch(message)
    expect(finding?.next).not.toBe('')
    for (const each of found) expect(each.message).not.toContain('\n')
  })
})

test('an instance of Nova’s is planned for, and moved by Nova alone', () => {
  const findings = check(guest({ isNovas: true })(good))
  expect(findings.filter(({ severity }) => severity !== 'fine')).toEqual([
    {
      code: 'owner',
      severity: 'warning',
      message: expect.stringMatching(/OpenStack Nova, which alone may move it.*keep host1/),
      next: 'Nova is asked to move it to host2 where its cloud is known ([openstack] in the hosts file)',
    },
  ])
})

test('a file disk is fine where libvirt found its filesystem shared', () => {
  expect(obstacles(check(guest({ disks: [localDisk] })(good)))).toEqual([])
})

const codesOf = (facts: PreflightFacts, severity: string): string[] =>
  check(facts).flatMap((finding) => (finding.severity === severity ? [finding.code] : []))

describe('a local disk', () => {
  const local = {
    target: 'vdb',
    path: localDisk.location,
    format: 'raw',
    capacityBytes: 4 * GiB,
    allocatedBytes: GiB,
    shareable: false,
    backingPaths: [],
  } as const
  const withPlace = (place: LocalDiskFacts['place']): PreflightFacts => ({
    ...guest({ disks: [localDisk] })(good),
    localDisks: [{ ...local, place }],
  })
  test('is copied where there is room for it', () => {
    const facts = withPlace({ kind: 'free', pool: 'disks', availableBytes: 9 * GiB })
    expect(codesOf(facts, 'obstacle')).toEqual([])
    expect(check(facts).find(({ code }) => code === 'disks')?.message).toContain('copied along: vdb')
  })

  test('that would fill the pool when it grows is a warning, one that does not fit an obstacle', () => {
    expect(codesOf(withPlace({ kind: 'free', pool: 'disks', availableBytes: 2 * GiB }), 'warning')).toEqual([
      'disk-room',
    ])
    const full = withPlace({ kind: 'free', pool: 'disks', availableBytes: GiB / 2 })
    expect(codesOf(full, 'obstacle')).toEqual(['disk-room'])
  })

  test('whose path is taken on the destination is an obstacle', () => {
    const taken = withPlace({ kind: 'occupied', pool: 'disks', allocatedBytes: 1, capacityBytes: 1 })
    expect(codesOf(taken, 'obstacle')).toEqual(['disks'])
  })
})

test('a read-only medium that the destination does not know of is a warning, with how to eject it', () => {
  const found = check({ ...good, unseenMedia: [{ target: 'sda', path: '/iso/rescue.iso' }] })
  expect(found.find(({ code }) => code === 'media')).toMatchObject({
    severity: 'warning',
    message: expect.stringContaining('sda (/iso/rescue.iso)'),
    next: expect.stringContaining('virsh change-media web1 sda --eject'),
  })
})

test('a read-only local disk stands in nobody’s way', () => {
  const facts = guest({ disks: [{ ...localDisk, readonly: true }] })(good)
  expect(obstacles(check({ ...facts, dryRun: { kind: 'unknown', why: 'old' } }))).toEqual([])
})

const fits = (availableBytes: number): boolean =>
  !obstacles(check(destination({ availableBytes })(good))).some(({ code }) => code === 'memory')

test('more memory on the destination never turns a fit into an obstacle', () => {
  assert(
    property(nat(64 * GiB), nat(64 * GiB), (some, more) => {
      expect(!fits(some) || fits(some + more)).toBe(true)
    }),
  )
})

test('a definition that a cold migration left on the destination is no obstacle; that it goes away is said', () => {
  const kept = { migration: 'm1', from: 'host2', to: 'host1', at: '2026-01-01T00:00:00Z', autostart: false }
  const found = check(destination({ kept })(good)).find(({ code }) => code === 'name-free')
  expect(found).toMatchObject({ severity: 'warning', message: expect.stringMatching(/m1: it is confirmed first/) })
  expect(found?.next).toContainEqual({ action: 'revert', migration: 'm1' })
  const back = check(destination({ kept, revertsTo: true })(good)).find(({ code }) => code === 'name-free')
  expect(back).toMatchObject({ severity: 'fine' })
})
