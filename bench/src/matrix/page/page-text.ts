import { kvmWords } from '@landfall/lab'
import type { Panel } from './chart.ts'
import { barChart } from './chart.ts'
import { contenders } from '../contenders.ts'
import type { Measured } from '../lost-work.ts'
import { lostSeconds } from '../lost-work.ts'
import { arithmeticTable } from './page-arithmetic.ts'
import { contendersIn, measuredOf, workloadTable, workloadsIn } from './page-tables.ts'
import { wideSection } from './page-wide.ts'
import type { About, Results } from '../results.ts'
import { sparseRow } from '../results.ts'
import type { RecordedMove } from './coverage.ts'
import { calibratedByEarlier, coverageOf, coverageTable, toldBy, toldByMoves } from './coverage.ts'
import type { Run } from '../run/run.ts'
import { medianOf } from './compare.ts'
import { targetsTable } from './targets-table.ts'
import { reasonsTable } from './reasons.ts'
import { workloads } from '../workloads.ts'

/** The page and its pictures, by their paths in the repository: the core matrix, and the rows recorded of the wide one. */
export function pageOf(
  results: Results,
  wide: readonly Results[],
  moves: readonly RecordedMove[],
): Readonly<Record<string, string>> {
  const measured = measuredOf(results)
  return {
    'docs/benchmarks.md': markdown(results, wide, moves),
    'docs/benchmarks-time.svg': barChart(
      'Total migration time, median',
      's',
      panels(measured, (run) => run.totalTimeMs / 1000),
    ),
    'docs/benchmarks-lost-work.svg': barChart(
      'Work that the guest lost, median',
      's',
      panels(measured, (run) => lostSeconds(run, measured)),
    ),
  }
}

function panels({ runs }: Measured, figure: (run: Run) => number): readonly Panel[] {
  return workloadsIn(runs).map((workload) => ({
    title: workload,
    bars: contendersIn(runs).map((contender) => ({
      label: contender,
      value: medianOf(runs, workload, contender, figure),
      ours: contender.startsWith('landfall'),
    })),
  }))
}

function acceleratorWords({ accelerator, kvm }: About['machine']): string {
  if (accelerator === 'kvm')
    return kvm === undefined || kvm === null ? 'KVM, of a kind that was not recorded' : kvmWords(kvm)
  return `${accelerator.toUpperCase()}, not KVM`
}

function markdown(results: Results, wide: readonly Results[], moves: readonly RecordedMove[]): string {
  const { name, about, runs } = results
  const measured = measuredOf(results)
  const { machine, hosts } = about
  const rounds = Math.max(0, ...runs.map(({ round }) => round + 1))
  return `# Benchmarks

Made from \`bench/results/core/${name}\` by \`node bench/src/matrix/page/page.ts\`. Repeat the measurement with \`npm run bench\`.

**Accelerator: ${acceleratorWords(machine)}.** ${machine.cores} cores (${machine.cpu}), Linux ${machine.kernel}; hosts from Debian ${hosts.release}: ${hosts.versions
    .filter((line) => /Running hypervisor|Using library/.test(line))
    .map((line) => line.replace(/^.*?: /, ''))
    .join(', ')}.
One guest of ${about.memoryMiB} MiB over a link of ${about.link.replace('bit', 'bit/s')} (B is what a migration carries of it, 34 MiB/s), moved back and forth by every
contender in alternating order; ${runs.length} runs, ${rounds} round${rounds === 1 ? '' : 's'} begun. Medians, ranges in brackets. A run that still went on after ${about.longestRunMs / 1000} s was stopped.
Stalls and lost work are from the guest's own counters by the host's clock; every page of its memory was checked after the moves.
${loadInWords(runs, about.note)}
${formerInWords(about)}
![Total migration time](benchmarks-time.svg)

![Lost work](benchmarks-lost-work.svg)

## Targets

${targetsTable(measured)}

${reasonsTable(measured)}

${workloadsIn(runs)
  .map((workload) => workloadTable(workload, measured))
  .join('\n')}
${arithmeticTable(measured)}
${coverageSection(measured, wide, moves)}
${wideSection(wide, about.guest === undefined ? [sparseRow] : [])}
## How to read it

- The five peers are those that end a migration of a guest that writes faster than the link: a throttle, post-copy, a pause at a set
  time, and the rules of two managers (\`bench/src/matrix/run/rules.ts\`, driven through the same launch code). Others abort or never end; the
  wide matrix has them: \`npm run bench -- --matrix wide --row nova\`.
- ${xbzrleInWords(about)}
- What a write changes of a page decides what deltas (XBZRLE) are worth. \`mixed\` is as real programs do it: of twenty writes one changes nothing, the
  others 1 to 8 lines of 64 bytes, 1 KiB, half of the page or all of it (37 % on average). \`uniform\` is the best case, 32 bytes, and \`dense\` the worst,
  whole pages. Rows of the wide matrix have 32 bytes where nothing else is said; \`redis\` updates values of 4 KiB.
- Landfall's time is without its checks and its probe, which come before anything is started.
- The lower bound is (M + R*) ÷ B and the overheads of the idle guest's migration, R* being what is left where the guest's inflow has risen to B;
  of pages of several kinds the least that can be left so. A guest with phases can be stopped in a quiet one: its R* is nothing.
- Where deltas gain nothing (the wide row \`dense\`) some targets pull against each other: a guest at 0.9 × B is moved soonest by post-copy and loses least
  by plain pre-copy, one at 1.1 × B loses least under a light throttle (auto-converge's first steps). Landfall's default lies between.
- Bytes of a guest that converges slowly are the sum of its passes, and a guest at or a little above the link's rate leaves nearly its whole
  write set behind pass 1 though its plateau is small: the table of what arithmetic leaves has both, for any way of migrating.
- Lost work of a guest without a rate is taken against its own speeds right before, on the source, and right after, on the destination: two
  QEMUs of one guest differ by a quarter. Results older than that have the median of its speeds before the runs, and are as rough.
- \`redis\` is Debian's redis-server in the guest, with 80 MiB in values of 4 KiB, and a client that updates 5,000 of them a second: 1.1 × B of
  pages, as an update lies in two. Its client compares every byte of each fourth value before, and all of them one after the other.
- Two targets are measured elsewhere: post-copy streams broken twenty times ([the laboratory](../lab/README.md#twenty-broken-post-copy-streams)), and
  [what steering costs](../bench/steering/README.md).
- The names of QEMU's own guestperf, where they match: ${like(contenders)}; ${like(workloads)}.
`
}

/** Of the core, of every row, and of the moves back and forth, which are many of the same kind. */
function coverageSection(measured: Measured, wide: readonly Results[], moves: readonly RecordedMove[]): string {
  const told = [measured, ...wide.map(measuredOf)].flatMap(toldBy)
  const moved = toldByMoves(moves)
  const tables = [
    ['This bench, as predicted', told],
    ['This bench, calibrated', calibratedByEarlier(told)],
    ['`bench/moves`, as predicted', moved],
    ['`bench/moves`, calibrated', calibratedByEarlier(moved)],
  ] as const
  return `## Predicted ranges against what came

Of every run of Landfall that finished, each with the range of the version that made it (width and error are medians). A range should hold 85 to 95 % of what
comes, and a wide one tells little. \`calibrated\` is what \`packages/core/src/forecast/experience.ts\` makes of the same ranges from the runs before each, from the
eleventh of a strategy and figure on, as a plan does between two hosts that have a history.

${tables
  .filter(([, rows]) => rows.length > 0)
  .map(([title, rows]) => `### ${title}\n\n${coverageTable(coverageOf(rows))}`)
  .join('\n')}`
}

const like = (all: readonly { readonly name: string; readonly like?: string }[]): string =>
  all.flatMap(({ name, like: scenario }) => (scenario === undefined ? [] : [`\`${name}\` is ${scenario}`])).join(', ')

const xbzrleInWords = ({ xbzrle = false }: Results['about']): string =>
  xbzrle
    ? "Proxmox VE and oVirt's Suspend workload compress with XBZRLE, as they do: with a cache of a tenth of the guest's memory, rounded up to a power of two, and with QEMU's 64 MiB."
    : "Proxmox VE and oVirt's Suspend workload ran without the XBZRLE with which they compress: these results are older than its part in their rules."

const formerInWords = ({ guest }: About): string =>
  guest === undefined
    ? `
**This is the core as it was**: a Linux guest that rewrites 32 bytes of a page, which flatters deltas. The core of today rewrites pages as real programs do
(\`mixed\`, 37 % of a page on average) in a guest that KVM runs. It has not been recorded on a quiet machine yet; what was recorded of it beside other work is
[core-under-load](#core-under-load).
`
    : ''

/** Other work on the machine disturbs a run: what there was of it is said. Run by run it stands in the results. */
function loadInWords(runs: readonly Run[], note = ''): string {
  const loads = runs.map(({ loadBefore }) => loadBefore).toSorted((a, b) => a - b)
  const [least = 0, most = 0] = [loads[0], loads.at(-1)]
  const middle = loads[Math.floor(loads.length / 2)] ?? 0
  return `The machine's load average before a run was ${least.toFixed(1)} to ${most.toFixed(1)}, ${middle.toFixed(1)} in the middle.${note === '' ? '' : ` ${note[0]?.toUpperCase()}${note.slice(1).replace(/\.$/, '')}.`}`
}
