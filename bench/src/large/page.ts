import type { Forecast, Plan, Range, SimulatedRun } from '@landfall/core'
import { defaultIntent, formatDuration, plan, simulate, strategies } from '@landfall/core'
import type { LargeMachine } from './machines.ts'
import { factsOf, guestOf, loads } from './machines.ts'

export interface Row {
  readonly machine: LargeMachine
  readonly plan: Plan
  readonly run: SimulatedRun
}

/** Longer than any of these takes. */
const mostMs = 4 * 3_600_000

export function rowOf(machine: LargeMachine): Row {
  const facts = factsOf(machine)
  const link = { bytesPerSecond: facts.link.bytesPerSecond.likely, noise: { low: 0.9, high: 1.1 } }
  return {
    machine,
    plan: plan(defaultIntent, facts),
    run: simulate(defaultIntent, { guest: guestOf(machine), link, facts, mostMs }),
  }
}

const between = (range: Range | null | undefined, show: (value: number) => string): string =>
  range === null || range === undefined ? '-' : `${show(range.likely)} (${show(range.low)} to ${show(range.high)})`

const seconds = (value: number): string => formatDuration(value * 1000)

function streamInWords({ stream }: Plan): string {
  const streams = stream.parallelConnections === null ? 'one stream' : `${stream.parallelConnections} streams`
  return stream.compression === null ? streams : `${streams}, ${stream.compression}`
}

function cellsOf({ machine, plan: planned, run }: Row): readonly string[] {
  const { memoryGiB, vcpus, gigabitsPerSecond, load } = machine
  const chosen: Forecast | undefined = planned.forecasts.find(({ strategy }) => strategy === planned.strategy)
  const simulated =
    run.outcome === 'completed'
      ? `${formatDuration(run.totalTimeMs)}; ${formatDuration(run.downtimeMs)}; ${seconds(run.lostWorkSeconds)}`
      : run.outcome
  return [
    memoryGiB < 1024 ? `${memoryGiB} GiB` : `${memoryGiB / 1024} TiB`,
    String(vcpus),
    `${gigabitsPerSecond} Gbit/s`,
    load.name,
    planned.strategy === null ? 'refused' : `${strategies[planned.strategy].words}; ${streamInWords(planned)}`,
    between(chosen?.totalTimeMs, formatDuration),
    between(chosen?.downtimeMs, formatDuration),
    between(chosen?.lostWorkSeconds, seconds),
    simulated,
  ]
}

export const largePage = (rows: readonly Row[]): string => `# Large machines: what would be chosen

Written by \`node bench/src/large/large.ts\`. **Nothing here is measured**: the largest guest that this project has moved has 8 GiB. These are the
plans that Landfall would make (default intent) of guests as they are assumed below, with their ranges, and what came of each in the simulator,
which knows no more than the assumptions.

| memory | vCPUs | link | load | chosen | total time predicted | downtime predicted | lost work predicted | simulated: total time; downtime; lost work |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${cellsOf(row).join(' | ')} |`).join('\n')}

## What is assumed

- **Loads**, since nobody publishes what guests of that size write: ${loads
  .map(
    ({ name, sets, busyShare }) =>
      `\`${name}\` rewrites ${sets
        .map(
          ({ share, mebibytesPerSecondOfVcpu }) =>
            `${share * 100} % of its memory at ${mebibytesPerSecondOfVcpu} MiB/s for each vCPU`,
        )
        .join(' and ')}, ${busyShare * 100} % of its vCPU time being used`,
  )
  .join('; ')}.
- 90 % of the memory is not zero. Of a page that changes, 37 % is sent as a delta; nothing compresses.
- Links carry 95.5 % of their rate (measured at 0.8 Gbit/s only). One stream is bound by a core: 1 to 2.5 GB/s.
- Half of the guest's vCPU count in cores is free on both hosts, and a fifth of its memory is free on the source.
- A sync of the dirty bitmap takes 12 ms for 256 GiB, as ByteDance published after their change (73 ms before it); a switchover has one in it.
- The first write to a page costs 0.1 to 6 µs in the forecast and about 1 µs in the simulator: hardware KVM, which this project has not measured.
- Setting up and clearing away take a millisecond for each GiB besides what small guests take.
- The simulator writes evenly and has no NUMA, no huge pages that split, no other traffic, and no QEMU thread that falls behind its link.

## What to read from it

Memory alone makes no migration hard: what decides is what the guest writes in the time that a pass takes. A pass of 4 TiB over 100 Gbit/s takes six
minutes; whatever rewrites its set within that is left whole at its end, and only deltas, a long pause or post-copy end it.
`
