// What it takes to plan drains of a large fleet, and how near their makespan comes to what no order can beat.
//   node bench/drain/drain.ts [--hosts 1000] [--guests 10] [--all] [--out FILE]

import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import type { DirtyWindow, DrainPlan, Facts, FleetGuest, FleetHost, Looked } from '@landfall/core'
import { chooseDestinations, defaultIntent, GiB, goodput, MiB, plan, planDrain, typicalOverheads } from '@landfall/core'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  hosts: { type: 'string', default: '1000' },
  guests: { type: 'string', default: '10' },
  all: { type: 'boolean', default: false },
  out: { type: 'string' },
})
const [hostCount, perHost] = [Number(values.hosts), Number(values.guests)]
const linkBytesPerSecond = 10e9 / 8

/** A generator with a seed: the same fleet in every run (mulberry32). */
let seed = 18
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const oneOf = <Item>(items: readonly Item[], usual: Item): Item => items[Math.floor(random() * items.length)] ?? usual

/** Most guests write little, some a part of the link, one in twenty more than it carries. */
const writeMiBPerSecond = [0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 8, 16, 16, 32, 32, 64, 128, 256, 400, 1500]

/** Of this process: what others do on the machine is not in it. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

interface Kind {
  readonly guest: FleetGuest
  readonly facts: Facts
}

function kindOf(host: string, index: number): Kind {
  const memoryBytes = oneOf([2, 4, 4, 8, 8, 16, 32], 8) * GiB
  const writeRate = oneOf(writeMiBPerSecond, 8) * MiB
  const setBytes = memoryBytes * 0.2
  const dirtyWindows = [500, 1000, 2000].map((windowMs): DirtyWindow => ({
    windowMs,
    dirtyBytes: setBytes * (1 - Math.exp((-writeRate * windowMs) / 1000 / setBytes)),
    kind: 'page-sampling',
  }))
  const name = `${host}-g${index}`
  return {
    guest: { uuid: name, name, host, memoryBytes, vcpus: 2, hugePageBytes: null, spread: null, together: null },
    facts: {
      memoryBytes,
      likelyNonZeroBytes: memoryBytes * 0.7,
      vcpus: 2,
      dirtyWindows,
      link: goodput(linkBytesPerSecond),
      postCopy: { possible: true },
      throttle: { possible: true },
      accelerator: 'kvm',
      overheads: typicalOverheads('kvm'),
      defaultDowntimeLimitMs: 300,
      coldPossible: true,
    },
  }
}

const names = Array.from({ length: hostCount }, (_, index) => `host${index}`)
const kinds = names.flatMap((host) => Array.from({ length: perHost }, (_, index) => kindOf(host, index)))

function fleet(draining: ReadonlySet<string>): readonly FleetHost[] {
  const used = new Map<string, number>()
  for (const { guest } of kinds) used.set(guest.host, (used.get(guest.host) ?? 0) + guest.memoryBytes)
  return names.map((name) => ({
    name,
    availability: draining.has(name) ? { kind: 'draining', why: 'it is drained' } : { kind: 'usable' },
    memoryBytes: 256 * GiB,
    availableBytes: 256 * GiB - (used.get(name) ?? 0),
    reservedBytes: 4 * GiB,
    cpus: 64,
    vcpusGiven: perHost * 2,
    mostVcpusPerCpu: 4,
    linkBytesPerSecond,
    freeHugePages: {},
    guestLabels: [],
  }))
}

interface Row {
  readonly what: string
  readonly guests: number
  readonly forecastCpuMs: number
  readonly planCpuMs: number
  readonly residentMiB: number
  readonly verdict: DrainPlan['verdict']
  readonly cannot: number
  readonly makespanSeconds: number | null
  readonly boundSeconds: number
  readonly ratio: number | null
}

function measure(what: string, draining: readonly string[], moving: readonly Kind[]): Row {
  const hosts = fleet(new Set(draining))
  const begun = cpuMs()
  const looked = new Map<string, Looked>(
    moving.map(({ guest, facts }) => [guest.uuid, { kind: 'planned', plan: plan(defaultIntent, facts), facts }]),
  )
  const forecastCpuMs = cpuMs() - begun
  const placedAt = cpuMs()
  const guests = moving.map(({ guest }) => guest)
  const drain = planDrain({
    kind: 'drain',
    host: what,
    hosts,
    placements: chooseDestinations(hosts, guests, {}),
    looked,
    limits: { perSource: 3, perDestination: 2, fleet: 1000 },
    window: null,
    now: 0,
    leadMs: 0,
  })
  const makespan = drain.totalMs?.likely ?? null
  return {
    what,
    guests: moving.length,
    forecastCpuMs,
    planCpuMs: cpuMs() - placedAt,
    residentMiB: process.memoryUsage().rss / MiB,
    verdict: drain.verdict,
    cannot: drain.cannot.length,
    makespanSeconds: makespan === null ? null : makespan / 1000,
    boundSeconds: drain.boundMs / 1000,
    ratio: makespan === null ? null : makespan / drain.boundMs,
  }
}

const of = (draining: readonly string[]): readonly Kind[] => kinds.filter(({ guest }) => draining.includes(guest.host))
const [one, rack, tenth] = [names.slice(0, 1), names.slice(0, 20), names.slice(0, Math.ceil(hostCount / 10))]
const rows: Row[] = [
  measure('one host', one, of(one)),
  measure('a rack of 20 hosts at once', rack, of(rack)),
  measure('a tenth of the fleet at once', tenth, of(tenth)),
  // Every guest changes its host, none is emptied: the largest plan that there can be.
  ...(values.all ? [measure('every guest of the fleet', [], kinds)] : []),
]
const result = {
  at: new Date().toISOString(),
  machine: { cpus: cpus().length, model: cpus()[0]?.model, loadBefore: loadavg()[0], node: process.version },
  fleet: { hosts: hostCount, guests: kinds.length },
  rows,
}
console.log(JSON.stringify(result, null, 2))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`)
