import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseXml } from '@rgrove/parse-xml'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../main.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

const captures = fileURLToPath(new URL('../../../../nova/src/testing/captures/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'landfall-doctor-'))
afterAll(() => rmSync(root, { recursive: true }))
const converge = 'live_migration_permit_auto_converge'

function put(path: string, text: string | Buffer): string {
  const full = join(root, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, text)
  return full
}

interface Answer {
  readonly out: readonly string[]
  readonly text: string
  readonly err: string
  readonly exitCode: unknown
}

async function doctor(...words: readonly string[]): Promise<Answer> {
  const out: string[] = []
  const err: string[] = []
  const terminal = plainTerminal({ out: (line) => out.push(line), err: (line) => err.push(line), columns: () => 120 })
  await main(['doctor', ...words], terminal)
  return { out, text: out.join('\n'), err: err.join('\n'), exitCode: process.exitCode }
}

/** What vitest itself ends with is not what a command ended with. */
const before = process.exitCode
afterEach(() => {
  process.exitCode = before
})

const recorded = (scenario: string): string[] =>
  ['nova1', 'nova2'].flatMap((host) => ['--host', `${host}=${captures}${scenario}-${host}.log.gz`])

describe('the recordings of a real Nova', () => {
  test.each([
    ['01-ok', 0, /^✓ 1\. .* nova1 → nova2, .*: completed after 11\.7 s/],
    ['02-nonconv-abort', 8, /^✗ 1\. .*: cancelled after .*every pass leaves 598 MiB.*nova1\.log\.gz:\d+/],
    ['03-nonconv-timeout', 8, /^✗ 1\. .*: cancelled after .*at least as fast as the link/],
    ['04-autoconverge', 8, /^✗ 1\. .*: completed after 2 min 21 s\. .*at least as fast as the link/],
    ['09-failed-pre-live-migration-image', 8, /^✗ 1\. .*: refused after .*image was not accepted/],
  ])('%s: exit code %i, and the verdict in one line with its evidence', async (scenario, exitCode, verdict) => {
    const answer = await doctor(...recorded(scenario))
    expect(answer.exitCode).toBe(exitCode)
    expect(answer.out[1]).toMatch(verdict)
  })

  test('what to do comes as exact lines, with the restart, what the guest feels, and what Landfall would do', async () => {
    const { text } = await doctor(...recorded('03-nonconv-timeout'))
    expect(text).toMatch(/^ +\[libvirt\]\n +live_migration_permit_auto_converge = true$/m)
    expect(text).toMatch(/then: restart nova-compute/)
    expect(text).toMatch(/the guest: slowed by 20 %/)
    expect(text).toMatch(/What Landfall would do instead\n {2}for 1: .*done in/)
  })

  test('an end that the logs do not have is no good end', async () => {
    const { text } = await doctor('--host', `nova2=${captures}02-nonconv-abort-nova2.log.gz`)
    expect(text).toMatch(/^1 migration, nothing wrong, the end of 1 not seen, in /)
    expect(text).toMatch(/^\? 1\. .* \? → nova2, .*: its end is not in the logs/m)
  })

  test('as JSON: one line that has the same', async () => {
    const { out, exitCode } = await doctor(...recorded('02-nonconv-abort'), '--json')
    expect(out).toHaveLength(1)
    const answer: unknown = JSON.parse(out[0] ?? '')
    expect(exitCode).toBe(8)
    expect(answer).toMatchObject({
      exitCode: 8,
      migrations: [{ outcome: 'cancelled', causes: [{ code: 'guest-writes-faster-than-link' }, {}], advice: {} }],
      fleet: { unknown: ['nova1', 'nova2'] },
    })
  })

  test('as a page: nothing from elsewhere, a curve that is well formed, and names that stay names', async () => {
    const page = join(root, 'page.html')
    put('<b>/nova.conf', `[libvirt]\nlive_migration_<i> = 1\n`)
    expect((await doctor(...recorded('02-nonconv-abort'), join(root, '<b>'), '--html', page)).err).toMatch(/^written: /)
    const html = readFileSync(page, 'utf8')
    expect(html).not.toMatch(/<script|https?:|@import|url\(|<link|<img|<i>|NaN|undefined/)
    const charts = html.match(/<svg.*?<\/svg>/gs) ?? []
    // One for a screen, one for a telephone.
    expect(charts).toHaveLength(2)
    for (const chart of charts) expect(() => parseXml(chart)).not.toThrow()
    expect(charts[0]).toMatch(/class="seen" d="M[\d.]+ [\d.]+L/)
  })
})

test('a page does not say that all is well of what it does not know', async () => {
  const page = join(root, 'open.html')
  await doctor('--host', `nova2=${captures}02-nonconv-abort-nova2.log.gz`, '--html', page)
  const html = readFileSync(page, 'utf8')
  expect(html).toContain('Nothing wrong is seen. The end of 1 is not in the logs.')
  expect(html).not.toContain('outcome good')
})

describe('a fleet', () => {
  const fleet = join(root, 'fleet')
  beforeEach(() => {
    rmSync(fleet, { recursive: true, force: true })
    for (const host of ['cmp1', 'cmp2', 'cmp3']) put(`fleet/${host}/nova.conf`, '[libvirt]\nvirt_type = kvm\n')
    put('fleet/cmp1/nova_override.conf', `[libvirt]\n${converge} = true\n`)
  })
  const wanted = ['--set', `${converge}=true`, '--write', 'nova_override.conf']

  test('that is alike is 0, one that differs is 8 and says where', async () => {
    const { text, exitCode } = await doctor(fleet)
    expect(exitCode).toBe(8)
    expect(text).toMatch(/^≠ libvirt\.live_migration_permit_auto_converge +false +2 of 3 +default \(cmp2, cmp3\)$/m)
    expect(text).toMatch(/true +1 of 3 +nova_override\.conf:2 \(cmp1\)$/m)
    rmSync(join(fleet, 'cmp1/nova_override.conf'))
    expect((await doctor(fleet)).exitCode).toBe(0)
  })

  test('the plain numbers are about the guest that was named', async () => {
    expect((await doctor(fleet, '--memory', '8GiB')).text).toContain('an 8 GiB guest is aborted after 106.7 min')
  })

  test('without a yes nothing is written: the diff is shown, and that it was not', async () => {
    const { text } = await doctor(fleet, ...wanted)
    expect(text).toMatch(/^\+live_migration_permit_auto_converge = true$/m)
    expect(text).toMatch(/2 files not written/)
    expect(readdirSync(join(fleet, 'cmp2'))).toEqual(['nova.conf'])
  })

  test('with a yes those that lack it are written, and the next run has nothing to write and nothing to find', async () => {
    const first = await doctor(fleet, ...wanted, '--yes')
    expect(first.text.match(/^written: .*$/gm)).toHaveLength(2)
    expect(readFileSync(join(fleet, 'cmp2/nova_override.conf'), 'utf8')).toBe(`[libvirt]\n${converge} = true\n`)
    const second = await doctor(fleet, ...wanted, '--yes')
    expect(second.text).toBe('All 3 hypervisors have it: nothing is written.')
    expect(second.exitCode).toBe(0)
  })

  test('what is advised by the logs can be written too', async () => {
    const conf = put('one/nova.conf', '[libvirt]\n')
    const { text } = await doctor(
      '--config-file',
      conf,
      `${captures}02-nonconv-abort-nova1.log.gz`,
      '--write',
      'x.conf',
      '--yes',
    )
    expect(text).toMatch(/Of 3 changes that are advised, this is live_migration_permit_auto_converge=true/)
    expect(text).toMatch(/^Restart nova-compute on nova1, while no migration runs there/m)
    expect(readFileSync(join(root, 'one/x.conf'), 'utf8')).toBe(`[libvirt]\n${converge} = true\n`)
  })

  test('a second run with the same logs changes nothing: no harsher way is written, and none that was not named', async () => {
    const conf = put('two/nova.conf', '[libvirt]\n')
    const override = put('two/x.conf', '')
    const log = `${captures}02-nonconv-abort-nova1.log.gz`
    const run = () => doctor('--config-file', conf, '--config-file', override, log, '--write', 'x.conf', '--yes')
    await run()
    expect(readFileSync(override, 'utf8')).toBe(`[libvirt]\n${converge} = true\n`)
    const second = await run()
    expect(second.text).toMatch(/The host has it: nothing is written/)
    expect(readFileSync(override, 'utf8')).toBe(`[libvirt]\n${converge} = true\n`)
  })

  test('what can be reloaded asks for no restart', async () => {
    const conf = put('three/nova.conf', `[libvirt]\n${converge} = true\n`)
    const setting = 'live_migration_timeout_action=force_complete'
    const { text } = await doctor('--config-file', conf, '--set', setting, '--write', 'x.conf', '--yes')
    expect(text).toMatch(/^Reload nova-compute on \S+ \(SIGHUP\)\.$/m)
  })
})

describe('bad input is one line, code 2, and nothing is written', () => {
  const conf = put('single/nova.conf', '[libvirt]\n')
  test.each([
    [['/nowhere'], /\/nowhere does not exist/],
    [[root, '--release', 'koala'], /"koala" is no release of Nova/],
    [[conf, '--memory', 'much'], /"much" is not a size/],
    [[conf, '--set', 'cpu_mode=none'], /no live-migration option/],
    [[conf, '--yes'], /--yes answers --write/],
    [[conf, '--host', 'x'], /is not NAME=WHERE/],
    [[conf, '--html', '/nowhere/page.html'], /the page cannot be written/],
  ])('%j', async (words, message) => {
    const { err, out, exitCode } = await doctor(...words)
    expect(exitCode).toBe(2)
    expect(err).toMatch(message)
    expect(err.split('\n')).toHaveLength(1)
    expect(out).toEqual([])
  })
})

test('a file that is no log of Nova does not look as if all were well', async () => {
  const { text, exitCode } = await doctor(put('other/timeline.json', '[\n{"at": 1}\n]\n'))
  expect(text).toMatch(/^No migration is seen in 3 lines .*\nNothing was examined: not one of these lines is dated/m)
  expect(exitCode).toBe(9)
})

test('an empty folder and an empty log are nothing that was examined', async () => {
  mkdirSync(join(root, 'void'), { recursive: true })
  expect(await doctor(join(root, 'void'))).toMatchObject({ exitCode: 9, out: [] })
  const { text, exitCode } = await doctor(put('hollow/nova-compute.log', ''))
  expect(text).toMatch(/^No migration is seen in 0 lines .*\nNothing was examined: there is no line in it/m)
  expect(exitCode).toBe(9)
})

describe('what may not be read', () => {
  const fleet = join(root, 'shut')
  beforeEach(() => {
    put('shut/cmp1/nova.conf', '[libvirt]\n')
    put('shut/cmp2/nova.conf', '[libvirt]\n')
    rmSync(join(fleet, 'cmp2/nova_override.conf'), { force: true })
    rmSync(join(fleet, 'cmp3'), { force: true })
  })

  test('an override is not its default: the option is unknown there, and nothing is said to be well', async () => {
    // A link that leads to itself cannot be read, not even by root.
    symlinkSync('nova_override.conf', join(fleet, 'cmp2/nova_override.conf'))
    const { text, exitCode } = await doctor(fleet)
    expect(text).toMatch(/permit_auto_converge +false +1 of 2 +default/)
    expect(text).toMatch(/\(unknown\) +1 of 2 +.*cannot be read \(cmp2\)/)
    expect(text).toMatch(/nova_override\.conf: cannot be read/)
    expect(exitCode).toBe(6)
  })

  test('a host folder stays one of the fleet', async () => {
    symlinkSync('cmp3', join(fleet, 'cmp3'))
    const { text, exitCode } = await doctor(fleet)
    expect(text).toMatch(/cmp3 could not be reached: .*cmp3 may not be read/)
    expect(exitCode).toBe(6)
  })
})

test('who has no configuration that could be written is named, and no conductor among them', async () => {
  const logs = ['nova-compute-cmp1.log', 'nova-conductor.log'].map((name) => put(`logs/${name}`, ''))
  expect(logs).toHaveLength(2)
  const { err } = await doctor(join(root, 'logs'), '--set', `${converge}=true`, '--write', 'x.conf', '--yes')
  expect(err).toMatch(/^landfall: the configuration of cmp1 is not known\. /)
})

test('a host that cannot be reached is told, with a code of its own where nothing else is the matter', async () => {
  const { text, exitCode } = await doctor('--host', 'cmp9=ssh://127.0.0.1:9', put('alone/nova.conf', '[libvirt]\n'))
  expect(text).toMatch(/^cmp9 could not be reached: /m)
  expect(exitCode).toBe(6)
})

describe('hosts over ssh', () => {
  const ssh = put('ssh', '#!/bin/sh\nexec sh -s\n')
  chmodSync(ssh, 0o755)
  put('far/etc/nova/nova.conf', '[libvirt]\n')
  const over = ['--host', `far=ssh://far${join(root, 'far')}`, '--ssh-program', ssh]

  test('are written, too: whole, with a backup, and not twice', async () => {
    const wanted = [...over, '--set', `${converge}=true`, '--write', 'nova.conf', '--yes']
    const { text } = await doctor(...wanted)
    expect(text).toMatch(/^\+live_migration_permit_auto_converge = true$/m)
    expect(text).toMatch(/^written: far:etc\/nova\/nova\.conf \(as it was: .*\.bak-/m)
    expect(readFileSync(join(root, 'far/etc/nova/nova.conf'), 'utf8')).toBe(`[libvirt]\n${converge} = true\n`)
    expect((await doctor(...wanted)).text).toMatch(/has it: nothing is written/)
  })

  test('nova-config apply says first what it would do, and where it cannot', async () => {
    const out: string[] = []
    const terminal = plainTerminal({ out: (line) => out.push(line), columns: () => 120 })
    await main(
      ['nova-config', 'apply', ...over, '--set', 'live_migration_downtime=700', '--write', 'nova.conf'],
      terminal,
    )
    // This machine has no nova-compute.
    expect(out.join('\n')).toMatch(/^far: cannot be changed: no nova-compute is found there; --service names it$/m)
    expect(process.exitCode).toBe(6)
    out.length = 0
    const service = ['--service', 'nothing-that-runs']
    const wanted = ['--set', 'live_migration_downtime=700', '--write', 'nova.conf', ...service]
    await main(['nova-config', 'apply', ...over, ...wanted], terminal)
    expect(out.join('\n')).toMatch(/^\+live_migration_downtime = 700\nNothing was changed: --yes does it on 1 host/m)
    expect(process.exitCode).toBe(0)
    await main(['nova-config', 'apply', ...over, ...wanted, '--check'], terminal)
    expect(process.exitCode).toBe(8)
  })
})
