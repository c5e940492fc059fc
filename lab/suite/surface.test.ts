// What scripts and logs rely on: JSON that parses and keeps its keys, text without control characters, progress that only grows.
import { setLink } from '@landfall/lab'
import { beforeAll, describe, expect, test } from 'vitest'
import { busyGuest, busyMemoryBytes, now, slowLink, useGuest } from './support/guest.ts'
import { expectExit, jsonOf, landfall, start } from './support/landfall.ts'
import type { Finished } from './support/landfall.ts'
import { suiteLab } from './support/suite-lab.ts'

const guest = useGuest(busyGuest)
const lab = suiteLab().name
const escape = '\u001B'

beforeAll(() => setLink(lab, slowLink))

function expectPlain({ stdout, stderr }: Finished): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toContain(escape)
    expect(text).not.toContain('\r')
  }
}

/** Those that take options of their own; `lab` has commands below it. */
const commands = [
  'hosts',
  'instances',
  'intent',
  'plan',
  'migrate',
  'confirm',
  'revert',
  'watch',
  'abort',
  'report',
  'doctor',
]

describe('without a terminal', () => {
  test('--version is one line', async () => {
    const finished = await landfall(['--version'], { config: null })
    expectExit(finished, 0)
    expect(finished.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('--help names every command and every exit code', async () => {
    const finished = await landfall(['--help'], { config: null })
    expectExit(finished, 0)
    expectPlain(finished)
    for (const name of [...commands, 'lab']) expect(finished.stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
    // Wherever a line ends.
    expect(finished.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Exit codes: 0 done · 1 internal error · 2 bad input · 3 refused .* · 4 aborted · 5 failed,.* · 6 host unreachable · 7 .* · 8 .* · 9 .* · 130 left running/,
    )
  })

  test.each(commands)('%s --help says what it does', async (name) => {
    const finished = await landfall([name, '--help'], { config: null })
    expectExit(finished, 0)
    expect(finished.stdout).toMatch(new RegExp(`^Usage: landfall ${name} \\[options\\]`))
    expect(finished.stdout).toContain('--json')
  })

  test('hosts: a table for people, the same in JSON for scripts', async () => {
    const shown = await landfall(['hosts'])
    expectExit(shown, 0)
    expectPlain(shown)
    expect(shown.stdout).toMatch(/^host +state +libvirt +QEMU/)
    expect(shown.stdout).toMatch(/^host1 +up +\d+\.\d+\.\d+ +\d+\.\d+\.\d+/m)
    const asked = await landfall(['hosts', '--json'])
    expectExit(asked, 0)
    expect(jsonOf(asked)).toEqual(
      ['host1', 'host2'].map((name) => ({
        name,
        uri: expect.stringMatching(/^qemu\+unix:/),
        reachable: true,
        hostname: name,
        libvirtVersion: expect.any(Number),
        qemuVersion: expect.any(Number),
        memoryBytes: expect.any(Number),
        availableBytes: expect.any(Number),
        runningGuests: expect.any(Number),
        ageMs: expect.any(Number),
      })),
    )
  })

  test('hosts: one that does not answer is shown with the reason, and the exit code tells', async () => {
    const words = ['hosts', '--json', '--host', 'gone=qemu+unix:///system?socket=/nowhere/libvirt-sock']
    const finished = await landfall(words, { config: null })
    expectExit(finished, 6)
    expect(jsonOf(finished)).toEqual([
      { name: 'gone', uri: expect.any(String), reachable: false, why: expect.stringMatching(/cannot be reached/) },
    ])
  })

  test('instances: where each guest is', async () => {
    const { from } = await guest.route()
    const finished = await landfall(['instances', '--json'])
    expectExit(finished, 0)
    expect(jsonOf(finished)).toEqual({
      instances: expect.arrayContaining([
        {
          name: guest.name,
          uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          host: from,
          state: 'running',
          memoryBytes: busyMemoryBytes,
          vcpus: 1,
          labels: expect.any(Object),
          migrating: false,
          kept: null,
        },
      ]),
      silent: [],
    })
    const shown = await landfall(['instances'])
    expectExit(shown, 0)
    expectPlain(shown)
    expect(shown.stdout).toMatch(new RegExp(`^${guest.name} +${from} +running +64 MiB +1 `, 'm'))
  })

  test('an error in JSON is on stdout, with the code to match on; the line for people stays on stderr', async () => {
    const finished = await landfall(['plan', 'web9', '--to', 'host2', '--json'])
    expectExit(finished, 2)
    expect(jsonOf(finished)).toEqual({
      error: { code: 'unknown-guest', message: expect.stringContaining('"web9"'), next: expect.any(String) },
    })
    expect(finished.stderr).toMatch(/^landfall: /m)
  })

  test('plan starts nothing', async () => {
    const { from, to } = await guest.route()
    const beganAt = now()
    const asked = await landfall(['plan', guest.name, '--to', to, '--json'])
    expectExit(asked, 0)
    expect(jsonOf(asked)).toMatchObject({
      guest: { name: guest.name },
      source: from,
      destination: to,
      intent: { maxPauseMs: 1000, maxSlowdownPercent: 80, postCopy: 'if-needed', fallback: 'none' },
      plan: { verdict: 'go', strategy: expect.any(String), remedies: [] },
    })
    await guest.livesOn(from, beganAt)
  })
})

describe('progress', () => {
  test('never runs backwards, and a log of it is plain and short', async () => {
    // It is not over before the others were started, however busy the machine is. One rate for the whole of it: over a link that
    // was seen to vary, post-copy is not risked.
    await setLink(lab, '40Mbit')
    const beganAt = now()
    const { from, to } = await guest.route()
    const driver = start(['migrate', guest.name, '--to', to])
    await driver.prints(/pass 1 {2}\d/)
    // The destination, which cannot tell anything of the migration, is not taken for a host that is silent.
    const during = jsonOf(await landfall(['instances', '--json'])) as { readonly instances: readonly object[] }
    expect(during).toMatchObject({ silent: [] })
    expect(during.instances.filter((instance) => 'migrating' in instance && instance.migrating)).toMatchObject([
      { name: guest.name, host: from },
    ])
    const watching = start(['watch', guest.name])
    await watching.prints(/found /)
    const [watched, driven] = await Promise.all([watching.ended, driver.ended])
    await setLink(lab, slowLink)
    for (const finished of [driven, watched]) {
      expectExit(finished, 0)
      expectPlain(finished)
      const percents = [...finished.stderr.matchAll(/^ *(\d+) % {2}/gm)].map(([, digits]) => Number(digits))
      expect(percents.length).toBeGreaterThan(2)
      expect(percents).toEqual(percents.toSorted((a, b) => a - b))
      expect(percents.at(-1)).toBeLessThan(100)
      expect(finished.stderr.split('\n').length).toBeLessThan(60)
      expect(finished.stdout).toMatch(/^completed: .* runs on host\d$/m)
    }
    for (const strategy of ['plain pre-copy', 'early switchover', 'computed throttle', 'post-copy', 'cold'])
      expect(driven.stdout).toMatch(new RegExp(`^(→|\\s) +${strategy} `, 'm'))
    await guest.livesOn(to, beganAt)
  })
})
