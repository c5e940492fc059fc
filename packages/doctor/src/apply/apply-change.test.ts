import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Setting } from '@landfall/nova'
import { findHypervisors } from '../hosts/find-hypervisors.ts'
import type { HostMaterial } from '../hosts/host-material.ts'
import { readHypervisors } from '../hosts/read-hypervisors.ts'
import type { ApplyEvent, ApplyTools } from './apply-change.ts'
import type { HostPlan } from './host-plan.ts'
import { applyChange } from './apply-change.ts'
import { applyHosts, planApply } from './plan-apply.ts'
import { runOnHost } from './run-on-host.ts'
import { StandIn } from './testing/stand-in.ts'

/** How often it is killed at random; more where somebody asks for it, and then on more hosts. */
const runs = Number(process.env['LANDFALL_APPLY_RUNS'] ?? 1)
/** One that is done, one that is in trouble, one behind it. */
const names = runs > 1 ? ['cmp1', 'cmp2', 'cmp3', 'cmp4', 'cmp5'] : ['cmp1', 'cmp2', 'cmp3']
const last = names.at(-1) ?? ''
const behind = names.slice(2)
const converge: Setting = { group: 'libvirt', name: 'live_migration_permit_auto_converge', value: 'true' }
const file = 'nova.conf.d/90-migration.conf'
const written = '[libvirt]\nlive_migration_permit_auto_converge = true\n'
const signal = new AbortController().signal

let root: string
let hosts: StandIn
beforeEach(() => {
  // A disk that is busy would only make it wait: each host flushes what it writes.
  root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'landfall-apply-'))
  hosts = new StandIn(root, names)
})
afterEach(() => {
  hosts.stop()
  rmSync(root, { recursive: true, force: true })
})

const materials = (): Promise<readonly HostMaterial[]> =>
  readHypervisors(findHypervisors({ paths: [], named: hosts.named, configs: [] }), {
    sinkOf: () => ({ text: () => undefined, line: () => undefined, unreadable: () => undefined }),
    onBytes: () => undefined,
    signal,
    configsOnly: true,
    sshProgram: hosts.ssh,
  })

const tools = (wait: (ms: number) => Promise<void> = async () => undefined, day = 28): ApplyTools => {
  let now = Date.UTC(2026, 10, day, 12)
  return {
    run: (target, script) => runOnHost(target, script, signal, hosts.ssh),
    touches: async () => null,
    wait: async (ms) => {
      now += ms
      await wait(ms)
    },
    now: () => now,
  }
}

const planned = (
  found: readonly HostMaterial[],
  revert: boolean,
  settings: readonly Setting[] = [converge],
): Promise<readonly HostPlan[]> => planApply(found, { file, service: 'auto', settings, release: 33, revert }, tools())

const plan = async (revert = false): Promise<readonly HostPlan[]> => planned(await materials(), revert)

async function apply(
  revert = false,
  with_ = tools(),
  waitMs = 60_000,
  on = names,
  setting = converge,
): Promise<ApplyEvent[]> {
  const options = {
    service: 'auto',
    settings: [setting],
    release: 33,
    waitMs,
    upWithinS: 0.2,
    pollS: 0.02,
    stableS: 0.06,
  } as const
  const events: ApplyEvent[] = []
  const found = (await materials()).filter(({ host }) => on.includes(host))
  const plans = await planned(found, revert, [setting])
  for await (const event of applyChange(plans, applyHosts(found), options, with_, revert)) events.push(event)
  return events
}

const said = (events: readonly ApplyEvent[]): string[] => events.map(({ host, what }) => `${host} ${what}`)
const whats = (plans: readonly HostPlan[]): string[] => plans.map(({ what }) => what)

describe('a change on all hosts', () => {
  test('is shown first, made one host after the other, and not made twice', async () => {
    const before = await plan()
    expect(whats(before)).toEqual(names.map(() => 'write'))
    expect(before[0]).toMatchObject({ diff: expect.arrayContaining(['+live_migration_permit_auto_converge = true']) })
    expect(said(await apply())).toEqual(names.flatMap((name) => [`${name} written`, `${name} up`]))
    for (const name of names) {
      expect(hosts.read(`${name}/etc/nova/${file}`)).toBe(written)
      expect(hosts.read(`${name}/run/loaded`)).toContain('permit_auto_converge = true')
    }
    expect(whats(await plan())).toEqual(names.map(() => 'done'))
    expect(await apply()).toEqual([])
  })

  test('starts no service that was stopped on purpose: the host is named, and nothing is done anywhere', async () => {
    hosts.stop()
    const before = hosts.read('cmp1/run/pid')
    const plans = await plan()
    expect(plans[0]).toMatchObject({ what: 'cannot', why: expect.stringContaining('does not run') })
    expect([hosts.read(`cmp1/etc/nova/${file}`), hosts.read('cmp1/run/pid')]).toEqual([null, before])
  })

  test('takes no guest that came by a migration for one on its way', async () => {
    hosts.put('cmp2/reason', 'running (migrated)\n')
    expect(said(await apply()).slice(-1)).toEqual([`${last} up`])
    hosts.put('cmp2/reason', 'running (booted)\n')
  })

  test.each(['paused (migrating)', 'running (post-copy)', 'paused (post-copy failed)'])(
    'waits for one that is %s',
    async (reason) => {
      hosts.put('cmp2/reason', `${reason}\n`)
      const events = await apply(
        false,
        tools(async () => hosts.put('cmp2/reason', 'running (booted)\n')),
      )
      expect(said(events)).toContain('cmp2 waits')
    },
  )

  test('where Nova is asked, its word from before the restart is no word of the service that runs now', async () => {
    let beats = 0
    const heartbeat = async () => ({ isUp: true, at: `beat ${beats++}` })
    const events = await apply(false, { ...tools(), heartbeat })
    expect(said(events).slice(-1)).toEqual([`${last} up`])
    const silent = { isUp: true, at: 'before' }
    hosts.remove(`cmp1/etc/nova/${file}`)
    const stuck = await apply(false, { ...tools(), heartbeat: async () => silent })
    expect(stuck.at(-1)).toMatchObject({
      host: 'cmp1',
      what: 'failed',
      why: expect.stringContaining('Nova does not say'),
    })
  })

  test.each(['guest', 'web server *'])('waits for a migration of "%s", and restarts only then', async (name) => {
    hosts.put('cmp2/name', `${name}\n`)
    hosts.put('cmp2/migrating', '')
    const events = await apply(
      false,
      tools(async () => hosts.remove('cmp2/migrating')),
    )
    expect(said(events)).toContain('cmp2 waits')
    expect(said(events).slice(-1)).toEqual([`${last} up`])
    expect(hosts.violations()).toEqual([])
  })

  test('stops where a migration does not end in the time that was given, and goes on later', async () => {
    hosts.put('cmp2/migrating', '')
    expect(said(await apply(false, tools(), 20_000)).slice(-1)).toEqual(['cmp2 failed'])
    expect(hosts.read('cmp3/etc/nova/nova.conf.d/90-migration.conf')).toBeNull()
    expect(whats(await plan())).toEqual(['done', 'restart', ...behind.map(() => 'write')])
    hosts.remove('cmp2/migrating')
    expect(said(await apply())[0]).toBe('cmp2 up')
    expect(hosts.violations()).toEqual([])
  })

  test.each([
    ['refuses', /could not be restarted/],
    ['dies', /did not stay up/],
    ['no-libvirt', /cannot be told/],
    // What asks libvirt is killed there: no answer is not "none".
    ['asker-dies', /cannot be told/],
  ])('stops at the first host that %s; the rest is not touched', async (trouble, why) => {
    hosts.put(`cmp2/${trouble}`, '')
    const events = await apply()
    expect(events.at(-1)).toMatchObject({ host: 'cmp2', what: 'failed', why: expect.stringMatching(why) })
    for (const name of behind) {
      expect(hosts.read(`${name}/etc/nova/${file}`)).toBeNull()
      expect(hosts.read(`${name}/run/loaded`)).not.toContain('auto_converge')
    }
    expect(hosts.violations()).toEqual([])
    hosts.remove(`cmp2/${trouble}`)
    expect(said(await apply())[0]).toBe('cmp2 up')
  })

  test('is taken back to the letter; a file that was changed since is left as it is', async () => {
    hosts.put(`cmp1/etc/nova/${file}`, '# ours\n[libvirt]\nlive_migration_downtime = 700\n')
    await apply()
    hosts.put(`cmp2/etc/nova/${file}`, `${written}# by hand\n`)
    expect((await plan(true))[1]).toMatchObject({ what: 'cannot', why: expect.stringMatching(/changed since/) })
    hosts.put(`cmp2/etc/nova/${file}`, written)
    await apply(true)
    expect(hosts.read(`cmp1/etc/nova/${file}`)).toBe('# ours\n[libvirt]\nlive_migration_downtime = 700\n')
    for (const name of names.slice(1)) {
      expect(hosts.read(`${name}/etc/nova/${file}`)).toBeNull()
      expect(hosts.read(`${name}/run/loaded`)).not.toContain('auto_converge')
    }
    expect(whats(await plan(true))).toEqual(names.map(() => 'done'))
  })

  test('what waits for a restart is not taken for done by what can be reloaded', async () => {
    hosts.put('cmp2/migrating', '')
    await apply(false, tools(), 20_000, ['cmp2'])
    const reloadable: Setting = { group: 'libvirt', name: 'live_migration_completion_timeout', value: '600' }
    expect(said(await apply(false, tools(), 20_000, ['cmp1', 'cmp2'], reloadable)).slice(-2)).toEqual([
      'cmp2 waits',
      'cmp2 failed',
    ])
    expect((await plan())[1]).toMatchObject({ what: 'restart' })
    hosts.remove('cmp2/migrating')
    const before = hosts.read('cmp2/run/pid')
    expect(said(await apply(false, tools(), 20_000, ['cmp2']))).toEqual(['cmp2 up'])
    expect(hosts.read('cmp2/run/pid')).not.toBe(before)
  })

  test('of several runs the last one is taken back first, and what an earlier one changed stays, also when the way back is interrupted', async () => {
    const lastDays = (): ApplyTools => tools(undefined, 29)
    await apply(false, tools(), 60_000, ['cmp1'])
    expect(said(await apply(false, lastDays()))).not.toContain('cmp1 written')
    const back = await plan(true)
    expect(whats(back)).toEqual(names.map((name) => (name === 'cmp1' ? 'kept' : 'write')))
    expect(back[0]).toMatchObject({ why: expect.stringContaining('2026-11-28T12:00:00.000Z: libvirt.live_migration') })
    expect(back[1]).toMatchObject({ diff: expect.arrayContaining(['-live_migration_permit_auto_converge = true']) })
    hosts.put(`${last}/refuses`, '')
    expect(said(await apply(true)).slice(-1)).toEqual([`${last} failed`])
    hosts.remove(`${last}/refuses`)
    expect(said(await apply(true))).toEqual([`${last} up`])
    expect(names.map((name) => hosts.read(`${name}/etc/nova/${file}`))).toEqual(
      names.map((name) => (name === 'cmp1' ? written : null)),
    )
    expect(said(await apply(true))).toEqual(['cmp1 written', 'cmp1 up'])
    expect(hosts.read(`cmp1/etc/nova/${file}`)).toBeNull()
  })

  test('a run that was interrupted and gone on with is one, and is taken back as one', async () => {
    hosts.put('cmp2/migrating', '')
    expect(said(await apply(false, tools(), 20_000)).slice(-1)).toEqual(['cmp2 failed'])
    hosts.remove('cmp2/migrating')
    await apply(false, tools(undefined, 29))
    expect(whats(await plan(true))).toEqual(names.map(() => 'write'))
  })

  test('a host that cannot be looked at is told before anything is done anywhere', async () => {
    hosts.put('cmp2/unreachable', '')
    expect((await plan())[1]).toMatchObject({ what: 'cannot', why: expect.stringMatching(/No route to host/) })
  })
})

test(`killed at random, ${runs} runs: no half file, no restart while a migration touches the host, and the end is reached`, async () => {
  let seed = 7
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
  for (let run = 0; run < runs; run += 1) {
    const reverting = run % 2 === 1
    const over = { is: false }
    // Somebody kills what runs on the hosts, and migrations come and go.
    const trouble = (async () => {
      while (!over.is) {
        await sleep(20 + random() * 120)
        const name = names[Math.floor(random() * names.length)] ?? 'cmp1'
        if (random() < 0.3) hosts.put(`${name}/migrating`, '')
        else hosts.remove(`${name}/migrating`)
        const pid = Number(hosts.read(`${name}/shell`))
        if (random() < 0.35 && pid > 0) kill(pid)
      }
      for (const name of names) hosts.remove(`${name}/migrating`)
    })()
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await apply(
        reverting,
        tools((ms) => sleep(Math.min(ms, 30))),
      ).catch(() => undefined)
      check(reverting)
    }
    over.is = true
    await trouble
    await apply(reverting)
    check(reverting)
    expect(whats(await plan(reverting))).toEqual(names.map(() => 'done'))
    for (const name of names) expect(hosts.read(`${name}/etc/nova/${file}`)).toBe(reverting ? null : written)
  }
  expect(hosts.violations()).toEqual([])
}, 600_000)

function check(reverting: boolean): void {
  for (const name of names) {
    expect([null, written]).toContain(hosts.read(`${name}/etc/nova/${file}`))
    const left = readdirSync(join(root, name, 'etc/nova/nova.conf.d')).filter((each) => each.endsWith('.conf'))
    expect(left.filter((each) => !['50-site.conf', '90-migration.conf'].includes(each))).toEqual([])
  }
  expect(reverting).toBeTypeOf('boolean')
}

/** Only a shell of one of these hosts. */
function kill(pid: number): void {
  const ps = spawn('sh', ['-c', `tr '\\0' ' ' < /proc/${pid}/cmdline | grep -q '^sh -s' && kill -9 ${pid}`])
  ps.on('error', () => undefined)
}
