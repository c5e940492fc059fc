// What a hand can get wrong: each gets one line that says what to do, an exit code of its own, and nothing is started.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inHost, openLab } from '@landfall/lab'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineByHand, removeByHand } from './support/defined-guest.ts'
import { now, useGuest } from './support/guest.ts'
import { store } from './support/journals.ts'
import { expectExit, landfall } from './support/landfall.ts'
import type { Finished, RunOptions } from './support/landfall.ts'
import { placesOf } from './support/places.ts'
import { suiteLab } from './support/suite-lab.ts'

// It never moves: whoever is asked for a mistake gets the processor.
const guest = useGuest({ name: 'stays', memory: '64MiB', writeSet: '16MiB', writeRate: '1MiB' })
const { state } = openLab(suiteLab().name)
const directory = mkdtempSync(join(tmpdir(), 'landfall-input-'))
let migrationsBefore = 0
let beganAt = 0
let home = { from: '', to: '' }

beforeEach(async () => {
  migrationsBefore = (await store().ids()).length
  beganAt = now()
  home = await guest.route()
})

// Whatever was typed: nothing was begun, and the guest runs on where it was.
afterEach(async () => {
  if ((await store().ids()).length > migrationsBefore) throw new Error('a migration was begun')
  await guest.livesOn(home.from, beganAt)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const refused = 3
const badInput = 2
const unreachable = 6

/** Runs it; the one line of complaint beside the lines that tell what is being done. */
async function complaint(words: readonly string[], exitCode: number, options: RunOptions = {}): Promise<string> {
  const finished = await landfall(words, options)
  expectExit(finished, exitCode)
  return complaintOf(finished)
}

function complaintOf({ stdout, stderr }: Finished): string {
  expect(stdout).toBe('')
  const lines = stderr.trimEnd().split('\n')
  const others = lines.filter((line) => !/^(hosts: |service: |looking for |checking |measuring )/.test(line))
  expect(others).toEqual([expect.stringMatching(/^landfall: \S/)])
  return others[0] ?? ''
}

/** A hosts file with the laboratory's hosts, changed. */
function hostsFile(change: (host: string) => string): RunOptions {
  const file = join(directory, 'hosts.toml')
  writeFileSync(file, state.hosts.map(({ name }) => `[hosts.${name}]\n${change(name)}\n`).join('\n'))
  return { config: file }
}

function uriLine(host: string): string {
  const found = state.hosts.find(({ name }) => name === host)
  return `uri = "${found?.unixUri}"\npeer_uri = "${found?.peerUri}"`
}

describe('names', () => {
  test('a guest that there is not', async () => {
    const line = await complaint(['migrate', 'web9', '--to', home.to], badInput)
    expect(line).toMatch(/no guest "web9" on host1, host2\. See them with "landfall instances"/)
  })

  test('a host that there is not', async () => {
    const line = await complaint(['migrate', guest.name, '--to', 'host9'], badInput)
    expect(line).toMatch(/no host "host9"\. The hosts are: host1, host2/)
  })

  test('the host on which it is already', async () => {
    const line = await complaint(['migrate', guest.name, '--to', home.from], badInput)
    expect(line).toMatch(new RegExp(`is on ${home.from} already\\. Name another host: ${home.to}`))
  })

  test('a guest that is not on its way', async () => {
    expect(await complaint(['watch', guest.name], badInput)).toMatch(/is not being migrated; it is on/)
    expect(await complaint(['abort', guest.name], badInput)).toMatch(/is not being migrated; it is on/)
  })
})

describe('destinations', () => {
  test.each([
    ['an address where nobody is', `uri = "qemu+tcp://${state.network.prefix}.99/system"`],
    ['an address where nobody listens', `uri = "qemu+tcp://${state.network.machineAddress}:16999/system"`],
    ['a socket that is not there', 'uri = "qemu+unix:///system?socket=/nowhere/libvirt-sock"'],
  ])('%s', async (_what, uri) => {
    const options = hostsFile((host) => (host === home.to ? uri : uriLine(host)))
    const line = await complaint(['migrate', guest.name, '--to', home.to], unreachable, options)
    expect(line).toMatch(new RegExp(`${home.to} cannot be reached: .*Check that libvirtd .* runs there`))
  })

  test('one that is short of memory', async () => {
    const options = hostsFile((host) => `${uriLine(host)}\n${host === home.to ? 'reserved_memory = "1TiB"' : ''}`)
    const line = await complaint(['migrate', guest.name, '--to', home.to], refused, options)
    expect(line).toMatch(/is short of memory: .* needed, .* available.*Free at least/)
  })
})

describe('a disk in a file that only its host has', () => {
  const name = 'local-disk'
  beforeAll(async () => {
    await inHost(state.name, 'host1', ['qemu-img', 'create', '-q', '-f', 'raw', '/var/lib/libvirt/local.raw', '1M'])
    await defineByHand('host1', name, '/var/lib/libvirt/local.raw')
  })
  afterAll(() => removeByHand(name))

  test('is named, and the guest stays', async () => {
    const line = await complaint(['migrate', name, '--to', 'host2'], refused)
    expect(line).toMatch(
      /local disk vda \(\/var\/lib\/libvirt\/local\.raw\) cannot be made on host2.*virsh pool-create-as NAME dir --target \/var\/lib\/libvirt/,
    )
    expect(await placesOf(name)).toEqual([
      { host: 'host1', state: 'running', active: true, persistent: true, moving: false },
    ])
  })
})

describe('values', () => {
  test.each([
    ['--max-pause', 'soon', /--max-pause: "soon" is not a duration: write 300ms, 2s/],
    ['--max-pause', '3', /--max-pause: "3" is not a duration/],
    ['--max-pause', '-1s', /--max-pause/],
    ['--deadline', '10 parsecs', /--deadline: "10 parsecs" is not a duration/],
    ['--max-slowdown', '101', /--max-slowdown: "101" is not a percentage: write a number from 0 to 100/],
    ['--max-slowdown', 'none', /--max-slowdown: "none" is not a percentage/],
    ['--post-copy', 'maybe', /--post-copy.*never, if-needed, at-once/],
    ['--fallback', 'hot', /--fallback.*none, cold/],
    ['--host', 'host1', /the host "host1" is not NAME=URI/],
  ])('%s %s', async (option, value, expected) => {
    expect(await complaint(['migrate', guest.name, '--to', home.to, `${option}=${value}`], badInput)).toMatch(expected)
  })

  test.each([
    ['an unknown option', ['--faster'], /unknown option '--faster'. See "landfall migrate --help"/],
    ['a word too many', ['now'], /too many arguments.*--help/],
  ])('%s', async (_what, words, expected) => {
    expect(await complaint(['migrate', guest.name, '--to', home.to, ...words], badInput)).toMatch(expected)
  })

  test('no destination', async () => {
    expect(await complaint(['plan', guest.name], badInput)).toMatch(/'--to <host>' not specified.*--help/)
  })

  test('no such command', async () => {
    expect(await complaint(['teleport'], badInput, { config: null })).toMatch(/unknown command 'teleport'.*--help/)
  })

  test('a size of a laboratory’s guest', async () => {
    const words = ['lab', 'guest', 'g', '--name', state.name, '--memory', 'much']
    expect(await complaint(words, badInput, { config: null })).toMatch(/much/)
  })
})

describe('hosts files', () => {
  test.each([
    ['that is not TOML', '[hosts.host1\nuri = ""', /line 1, column \d+: .*\[hosts\.NAME\]/],
    ['with a key that there is not', '[hosts.host1]\nurl = "qemu:///system"', /hosts\.host1.*\[hosts\.NAME\]/],
    ['without a host', '[hosts]\n', /it names no host/],
    [
      'with a rate that is none',
      '[hosts.host1]\nuri = "qemu:///system"\nlink = "fast"',
      /hosts\.host1\.link: .*"fast"/,
    ],
    [
      'with a size that is none',
      '[hosts.host1]\nuri = "qemu:///system"\nreserved_memory = "lots"',
      /hosts\.host1\.reserved_memory: .*"lots"/,
    ],
  ])('one %s', async (_what, text, expected) => {
    const config = join(directory, 'broken.toml')
    writeFileSync(config, text)
    const line = await complaint(['migrate', guest.name, '--to', home.to], badInput, { config })
    expect(line).toContain(config)
    expect(line).toMatch(expected)
  })

  test('one that is not there', async () => {
    const config = join(directory, 'nowhere.toml')
    const line = await complaint(['hosts'], badInput, { config })
    expect(line).toMatch(/cannot read the hosts file .*nowhere\.toml.*Check the name/)
  })
})
