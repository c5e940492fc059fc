import { median } from '../statistics.ts'
import type { Panel } from './chart.ts'
import { barChart } from './chart.ts'
import { contenders } from './contenders.ts'
import { lostSeconds } from './lost-work.ts'
import type { Results } from './results.ts'
import type { Run } from './run.ts'
import { lowerBoundMs, medianOf, targets } from './verdict.ts'
import { workloads } from './workloads.ts'

/** The page and its pictures, by their paths in the repository. Pure. */
export function pageOf(results: Results): Readonly<Record<string, string>> {
  const { runs } = results
  const lost = (run: Run): number => lostSeconds(run, runs)
  return {
    'docs/benchmarks.md': markdown(results),
    'docs/benchmarks-time.svg': barChart(
      'Total migration time, median',
      's',
      panels(runs, (run) => run.totalTimeMs / 1000),
    ),
    'docs/benchmarks-lost-work.svg': barChart('Work that the guest lost, median', 's', panels(runs, lost)),
  }
}

const workloadsIn = (runs: readonly Run[]): readonly string[] =>
  workloads.map(({ name }) => name).filter((name) => runs.some(({ workload }) => workload === name))
const contendersIn = (runs: readonly Run[]): readonly string[] =>
  contenders.map(({ name }) => name).filter((name) => runs.some(({ contender }) => contender === name))

function panels(runs: readonly Run[], figure: (run: Run) => number): readonly Panel[] {
  return workloadsIn(runs).map((workload) => ({
    title: workload,
    bars: contendersIn(runs).map((contender) => ({
      label: contender,
      value: medianOf(runs, workload, contender, figure),
      ours: contender.startsWith('landfall'),
    })),
  }))
}

function markdown({ name, about, runs }: Results): string {
  const { machine, hosts } = about
  const rounds = Math.max(0, ...runs.map(({ round }) => round + 1))
  return `# Benchmarks

Made from \`bench/results/core/${name}\` by \`node bench/src/matrix/page.ts\`. Repeat the measurement with \`npm run bench\`.

**Accelerator: ${machine.accelerator.toUpperCase()}, not KVM.** ${machine.cores} cores (${machine.cpu}), Linux ${machine.kernel}; hosts from Debian ${hosts.release}: ${hosts.versions
    .filter((line) => /Running hypervisor|Using library/.test(line))
    .map((line) => line.replace(/^.*?: /, ''))
    .join(', ')}.
One guest of ${about.memoryMiB} MiB over a link of ${about.link.replace('bit', 'bit/s')} (B is what a migration carries of it, 34 MiB/s), moved back and forth by every
contender in alternating order; ${runs.length} runs, ${rounds} round${rounds === 1 ? '' : 's'} begun. Medians, ranges in brackets. A run that still went on after ${about.longestRunMs / 1000} s was stopped.
Stalls and lost work are from the guest's own counters by the host's clock; every page of its memory was checked after the moves.

![Total migration time](benchmarks-time.svg)

![Lost work](benchmarks-lost-work.svg)

## Targets

| what | target | figure | |
|---|---|---|---|
${targets(runs)
  .map(({ what, target, figure, met, misses }) => {
    const more = misses.length === 0 || misses.length > 6 ? '' : ` (${misses.join('; ')})`
    return `| ${what} | ${target} | ${figure}${met === false ? more : ''} | ${met === null ? '-' : met ? 'met' : '**missed**'} |`
  })
  .join('\n')}

${workloadsIn(runs)
  .map((workload) => workloadTable(workload, runs))
  .join('\n')}
## How to read it

- The five peers are those that end a migration of a guest that writes faster than the link: a throttle, post-copy, a pause at a set
  time, and the rules of two managers (\`bench/src/matrix/rules.ts\`, driven through the same launch code). Others abort or never end; the
  wide matrix has them: \`npm run bench -- --matrix wide --only 'Nova, defaults'\`.
- Landfall's time is without its checks and its probe, which come before anything is started.
- The lower bound is (M + R*) ÷ B and the overheads of the idle guest's migration, R* being what is left where the guest's inflow has risen to B.
- Some targets pull against each other: a guest at 0.9 × B is moved soonest by post-copy and loses least by plain pre-copy. Landfall touches
  nothing where pre-copy surely ends.
- Bytes of a guest that converges slowly are the sum of its passes: at 0.9 × B that is more than M + 1.2 R̂, whoever moves it without post-copy.
- A guest at 1.1 × B loses least under a light throttle (auto-converge's first steps) and is moved soonest by post-copy; Landfall's default lies between.
- Lost work of a guest without a rate is taken against the median of its own speeds before the runs, which move by several percent.
`
}

function workloadTable(workload: string, runs: readonly Run[]): string {
  const bound = lowerBoundMs(workload, runs)
  const own = runs.filter((run) => run.workload === workload)
  const rows = contendersIn(own).map((contender) => {
    const mine = own.filter((run) => run.contender === contender)
    const done = mine.filter(({ outcome }) => outcome === 'completed')
    const cells = [
      cell(done, (run) => run.totalTimeMs / 1000, seconds),
      cell(done, (run) => run.downtimeMs, milliseconds),
      cell(done, (run) => run.longestStallMs, milliseconds),
      cell(done, (run) => lostSeconds(run, runs), seconds),
      cell(done, (run) => (run.bytesSent === null ? null : run.bytesSent / 2 ** 20), mebibytes),
    ]
    return `| ${contender} | ${done.length} of ${mine.length} | ${cells.join(' | ')} |`
  })
  return `## ${workload}

${bound === null ? '' : `Lower bound ${(bound / 1000).toFixed(1)} s.\n`}
| contender | finished | total time | downtime | longest stall | lost work | sent |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

const seconds = (s: number): string => `${s.toFixed(s < 10 ? 2 : 1)} s`
const milliseconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : seconds(ms / 1000))
const mebibytes = (mib: number): string => `${Math.round(mib)} MiB`

function cell(runs: readonly Run[], pick: (run: Run) => number | null, show: (value: number) => string): string {
  const values = runs.flatMap((run) => pick(run) ?? [])
  const middle = median(values)
  if (middle === null) return '-'
  return values.length === 1
    ? show(middle)
    : `${show(middle)} (${show(Math.min(...values))} to ${show(Math.max(...values))})`
}
