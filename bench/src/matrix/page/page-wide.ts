import { measuredOf, workloadTable, workloadsIn } from './page-tables.ts'
import type { Results } from '../results.ts'
import type { Row } from '../rows.ts'
import { minutesOf, rows, runsOf } from '../rows.ts'
import { targetsTable } from './targets-table.ts'

/** The rows of the wide matrix that are recorded, and which are not; those that are told above are left out. */
export function wideSection(wide: readonly Results[], above: readonly string[] = []): string {
  const beside = rows.filter(({ name }) => !above.includes(name))
  const recorded = beside.flatMap((row) => {
    const results = wide.findLast(({ about }) => about.row === row.name)
    return results === undefined || results.runs.length === 0 ? [] : [{ row, results }]
  })
  const open = beside.filter(({ name }) => !recorded.some(({ row }) => row.name === name))
  const head = `## The wide matrix

${recorded.length} of ${beside.length} rows are recorded, one run each where no number of runs is said. \`npm run bench -- --list\` tells what is in them, \`npm run bench -- --matrix wide --row NAME\` runs one.
${open.length === 0 ? '' : `Not recorded: ${open.map((row) => `${row.name} (about ${minutesOf(row)} min)`).join(', ')}.\n`}`
  return [head, ...recorded.map(({ row, results }) => rowSection(row, results))].join('\n')
}

function rowSection(row: Row, results: Results): string {
  const { name, note, isWholeCore = false } = row
  const of = runsOf(row)
  const { about, runs } = results
  const measured = measuredOf(results)
  const { memoryMiB, vcpus, link, fill } = measured.machine
  const carried = link === 'none' ? 'a link that is not shaped' : `a link of ${link.replace('bit', 'bit/s')}`
  const size = `${memoryMiB} MiB${fill ? '' : ', not filled'}, ${vcpus} vCPU${vcpus === 1 ? '' : 's'}`
  const missing = runsInWords(runs.length, of)
  const older = about.xbzrle === true ? '' : ' Recorded before Landfall sent deltas (XBZRLE).'
  return `### ${name}

A guest of ${size} over ${carried}; ${about.startedAt.slice(0, 10)}, load before ${(about.loadBefore[0] ?? 0).toFixed(1)}.${missing} ${note}${older}
${isWholeCore ? `\n${targetsTable(measured)}\n` : ''}
${workloadsIn(runs)
  .map((workload) => workloadTable(workload, measured, '####'))
  .join('\n')}`
}

/** Against the number that the row has of one round. */
function runsInWords(runs: number, of: number): string {
  if (runs === of) return ''
  if (runs % of === 0) return ` ${runs / of} rounds.`
  return runs > of ? ` ${runs} runs, some twice.` : ` ${runs} of ${of} runs.`
}
