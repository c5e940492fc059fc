// `landfall nova-config apply` over ssh on five hosts of a laboratory, while what runs there is killed at random and migrations, one of them
// real, come and go: no half file, no restart while a migration touches the host, nothing done behind a host that failed.
//   node bench/doctor/apply/apply.ts [--runs 50] [--seed 1] [--hosts 5] [--name apply] [--out FILE]
// A FILE that is there is gone on with: its runs count.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '@landfall/lab'
import { addGuest, checkGuest, isUnharmed, monotonicNowMs, up, virsh, waitForProgress } from '@landfall/lab'
import type { ApplyEvent, HostPlan, Setting } from '@landfall/doctor'
import { applyChange, applyHosts, findHypervisors, planApply, readHypervisors, runOnHost } from '@landfall/doctor'
import { Dice } from '../../../packages/nova/src/testing/lines/dice.ts'
import type { RealHost } from './real-hosts.ts'
import { realHosts, Ssh } from './real-hosts.ts'
import { optionsOf } from '../../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  runs: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  hosts: { type: 'string', default: '5' },
  name: { type: 'string', default: 'apply' },
  out: { type: 'string' },
})

const setting: Setting = { group: 'libvirt', name: 'live_migration_permit_auto_converge', value: 'true' }
const file = 'nova.conf.d/90-migration.conf'
const written = '[libvirt]\nlive_migration_permit_auto_converge = true\n'
const path = `etc/nova/${file}`

interface Sums {
  runs: number
  attempts: number
  ended: number
  /** Attempts that ended at a host that failed. */
  failures: number
  scriptsKilled: number
  servicesKilled: number
  /** Landfall itself and its ssh were stopped in the midst. */
  stopped: number
  migrationsPlayed: number
  realMigrations: number
  /** Runs behind which the guest of the real migrations was judged, and nothing had become of it. */
  guestUnharmedRuns: number
  /** A host was waited for. */
  waits: number
  restarts: number
  secondsOfRuns: number[]
  loadAverages: number[]
  wrong: string[]
}

const sums: Sums =
  values.out !== undefined && existsSync(values.out)
    ? (JSON.parse(readFileSync(values.out, 'utf8')) as { sums: Sums }).sums
    : {
        runs: 0,
        attempts: 0,
        ended: 0,
        failures: 0,
        scriptsKilled: 0,
        servicesKilled: 0,
        stopped: 0,
        migrationsPlayed: 0,
        realMigrations: 0,
        guestUnharmedRuns: 0,
        waits: 0,
        restarts: 0,
        secondsOfRuns: [],
        loadAverages: [],
        wrong: [],
      }

const kill = (pid: number): boolean => {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}

async function attempt(
  hosts: readonly RealHost[],
  ssh: Ssh,
  reverting: boolean,
  signal: AbortSignal,
): Promise<{ plans: readonly HostPlan[]; events: readonly ApplyEvent[] }> {
  const found = await readHypervisors(
    findHypervisors({ paths: [], named: hosts.map(({ named }) => named), configs: [] }),
    {
      sinkOf: () => ({ text: () => undefined, line: () => undefined, unreadable: () => undefined }),
      onBytes: () => undefined,
      signal,
      configsOnly: true,
      sshProgram: ssh.program,
    },
  )
  const tools = {
    run: (target: Parameters<typeof runOnHost>[0], script: string) => runOnHost(target, script, signal, ssh.program),
    touches: async () => null,
    wait: async (ms: number) => sleep(Math.min(ms, 100)),
    now: () => Date.now(),
  }
  const wish = { file, service: 'auto', settings: [setting], release: 33, revert: reverting } as const
  const plans = await planApply(found, wish, tools)
  const events: ApplyEvent[] = []
  // As the command does: nothing is done where one of them cannot be changed.
  if (plans.some(({ what }) => what === 'cannot')) return { plans, events }
  const options = {
    service: 'auto',
    settings: [setting],
    release: 33,
    waitMs: 1500,
    upWithinS: 1,
    pollS: 0.05,
  } as const
  for await (const event of applyChange(plans, applyHosts(found), options, tools, reverting)) events.push(event)
  return { plans, events }
}

const stateOf = (host: RealHost): string => `${host.restarts} ${host.read(path) ?? 'no file'}`

/** What is left of scripts whose ssh was killed goes on by itself, on its own host. */
async function untilQuiet(hosts: readonly RealHost[]): Promise<void> {
  const until = Date.now() + 30_000
  while (hosts.some((host) => host.running().some(({ what }) => what === 'script'))) {
    if (Date.now() > until) throw new Error('a script on a host does not end')
    await sleep(50)
  }
}

async function one(lab: Lab, hosts: readonly RealHost[], ssh: Ssh, number: number): Promise<void> {
  const dice = new Dice(Number(values.seed) * 100_003 + number)
  const reverting = number % 2 === 1
  const wrong = (what: string): void => void sums.wrong.push(`run ${number}: ${what}`)
  const real = number % 5 === 4 ? beginReal(lab) : null
  if (real !== null) await real.under
  const touched = real === null ? [] : hosts.slice(0, 2)
  const before = touched.map(({ restarts }) => restarts)
  const over = { is: false }
  const trouble = (async () => {
    while (!over.is) {
      await sleep(dice.whole(20, 300))
      const host = dice.pick(hosts)
      if (dice.chance(0.2)) {
        host.put('migrating', '')
        sums.migrationsPlayed += 1
      } else if (dice.chance(0.5)) for (const each of hosts) each.remove('migrating')
      if (!dice.chance(0.4)) continue
      // A script runs on one host at a time, and a service on each.
      const found = hosts.flatMap((each) => each.running())
      const scripts = found.filter(({ what }) => what === 'script')
      if (found.length === 0) continue
      const victim = dice.pick(scripts.length > 0 && dice.chance(0.8) ? scripts : found)
      if (!kill(victim.pid)) continue
      if (victim.what === 'script') sums.scriptsKilled += 1
      else sums.servicesKilled += 1
    }
    for (const host of hosts) host.remove('migrating')
  })()
  // Awaited below; until then it is no accident.
  trouble.catch(() => undefined)
  const tried = async (signal: AbortSignal): Promise<boolean> => {
    await untilQuiet(hosts)
    const was = hosts.map(stateOf)
    const restarts = hosts.reduce((sum, host) => sum + host.restarts, 0)
    const { plans, events } = await attempt(hosts, ssh, reverting, signal).catch(() => ({ plans: null, events: [] }))
    await untilQuiet(hosts)
    sums.attempts += 1
    sums.restarts += hosts.reduce((sum, host) => sum + host.restarts, 0) - restarts
    sums.waits += events.filter(({ what }) => what === 'waits').length
    const last = events.at(-1)
    const at = hosts.findIndex(({ name }) => name === last?.host)
    if (last?.what === 'failed') {
      sums.failures += 1
      for (const [index, host] of hosts.entries())
        if (index > at && stateOf(host) !== was[index])
          wrong(`${host.name} was touched, behind ${last.host} that failed`)
    }
    for (const host of hosts) {
      const now = host.read(path)
      if (now !== null && now !== written) wrong(`${host.name} has half a file: ${JSON.stringify(now)}`)
      const others = host.list('etc/nova/nova.conf.d').filter((name) => name.endsWith('.conf'))
      if (others.some((name) => !['50-site.conf', '90-migration.conf'].includes(name)))
        wrong(`${host.name} has files that nobody made: ${others.join(', ')}`)
    }
    return plans !== null && plans.every(({ what }) => what === 'done')
  }
  for (let n = 0; n < 3; n += 1) {
    const stop = new AbortController()
    const timer = dice.chance(0.4) ? setTimeout(() => stop.abort(), dice.whole(100, 2500)) : undefined
    await tried(stop.signal)
    clearTimeout(timer)
    if (stop.signal.aborted) sums.stopped += 1
  }
  over.is = true
  await trouble
  if (real !== null) {
    await tried(new AbortController().signal)
    if (!real.isUnderWay()) wrong('the real migration was over before it was aborted: the run shows nothing of it')
    else if (touched.some(({ restarts }, index) => restarts !== before[index]))
      wrong('a service was restarted while the real migration touched its host')
    await real.abort()
    sums.realMigrations += 1
  }
  let done = false
  for (let n = 0; n < 3 && !done; n += 1) done = await tried(new AbortController().signal)
  if (!done) wrong('the end is not reached')
  else sums.ended += 1
  for (const host of hosts) {
    if (host.read(path) !== (reverting ? null : written)) wrong(`${host.name} does not have what it should`)
    if (host.read('run/loaded')?.includes('auto_converge') === reverting)
      wrong(`${host.name} runs with what it had before`)
    const seen = host.read('violations')
    if (seen !== null) wrong(`${host.name}: ${seen.trim()}`)
    host.remove('violations')
  }
}

/** A guest that writes more than the link carries is on its way from host1 to host2 until it is stopped. */
function beginReal(lab: Lab): { under: Promise<void>; isUnderWay: () => boolean; abort: () => Promise<void> } {
  let ended = false
  const moving = virsh(lab.name, 'host1', ['migrate', '--live', '--p2p', 'busy', 'qemu+tcp://host2/system'])
    .catch(() => undefined)
    .finally(() => {
      ended = true
    })
  const under = (async () => {
    const until = Date.now() + 60_000
    while (!(await virsh(lab.name, 'host1', ['domjobinfo', 'busy'])).includes('Unbounded')) {
      if (ended || Date.now() > until) throw new Error('the real migration does not begin')
      await sleep(100)
    }
  })()
  return {
    under,
    isUnderWay: () => !ended,
    abort: async () => {
      await virsh(lab.name, 'host1', ['domjobabort', 'busy'])
      await moving
    },
  }
}

await using lab = await up({ name: values.name, hosts: Number(values.hosts), link: '40Mbit', progress: console.error })
const root = mkdtempSync(join(tmpdir(), 'landfall-bench-apply-'))
const guest = { name: 'busy', memory: '192MiB', writeSet: '48MiB', writeRate: '24MiB' } as const
await addGuest(lab.name, guest)
await waitForProgress(lab.name, guest.name)
const since = monotonicNowMs()
const hosts = await realHosts(lab, root)
const [shared, alone] = [new Ssh(root, true), new Ssh(root, false)]
let unharmed = false
const keep = (): void => {
  const result = { hosts: hosts.length, seed: Number(values.seed), sums }
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`)
}
try {
  await shared.connect(hosts)
  const begin = sums.runs
  for (let n = 0; n < Number(values.runs); n += 1) {
    const started = performance.now()
    // Each tenth over connections of its own, as where nobody shares them.
    await one(lab, hosts, n % 10 === 9 ? alone : shared, begin + n)
    sums.runs += 1
    sums.secondsOfRuns.push(Math.round((performance.now() - started) / 100) / 10)
    sums.loadAverages.push(Math.round(loadavg()[0] ?? 0))
    keep()
    console.error(`run ${begin + n}: ${sums.secondsOfRuns.at(-1) ?? 0} s, ${sums.wrong.length} wrong`)
  }
  await waitForProgress(lab.name, guest.name)
  unharmed = isUnharmed(await checkGuest(lab.name, guest.name, since))
} finally {
  shared.stop()
  for (const host of hosts) host.stop()
  rmSync(root, { recursive: true, force: true })
}
if (unharmed) sums.guestUnharmedRuns += Number(values.runs)
else sums.wrong.push('the guest of the real migrations was harmed')
keep()
const { secondsOfRuns: _seconds, loadAverages: _loads, ...told } = sums
console.log(JSON.stringify({ guest: unharmed ? 'unharmed' : 'HARMED', ...told }, null, 1))
if (sums.wrong.length > 0) process.exitCode = 1
