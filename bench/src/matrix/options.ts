import { parseArgs } from 'node:util'
import { contenders } from './contenders.ts'
import { workloads } from './workloads.ts'

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
  matrix: { type: 'string', default: 'core' },
  row: { type: 'string', multiple: true },
  list: { type: 'boolean', default: false },
  lab: { type: 'string', default: 'bench' },
  file: { type: 'string' },
  note: { type: 'string' },
} as const

export interface Options {
  readonly rounds: number
  readonly only: readonly string[]
  readonly matrix: 'core' | 'wide'
  readonly rows: readonly string[] | null
  readonly list: boolean
  readonly lab: string
  readonly file: string | null
  readonly note: string | null
}

export type Read =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }

/** What was typed after `npm run bench --`. Pure. */
export function readOptions(args: readonly string[]): Read {
  let values
  try {
    ;({ values } = parseArgs({ args: [...args], options }))
  } catch (error) {
    return { kind: 'wrong', why: error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error) }
  }
  if (values.help) return { kind: 'help' }
  const { only = [], matrix, row, list, lab } = values
  const unknown = only.find((name) => ![...contenders, ...workloads].some((each) => each.name === name))
  if (unknown !== undefined) return { kind: 'wrong', why: `no workload and no contender is called "${unknown}"` }
  if (matrix !== 'core' && matrix !== 'wide') return { kind: 'wrong', why: `there is no matrix "${matrix}"` }
  if (matrix === 'core' && row !== undefined) return { kind: 'wrong', why: 'rows are of the wide matrix' }
  if (values.file !== undefined && matrix === 'wide' && row?.length !== 1) {
    return { kind: 'wrong', why: 'one file takes one row' }
  }
  const rounds = Number(values.rounds ?? (matrix === 'core' ? 3 : 1))
  if (!Number.isInteger(rounds) || rounds < 1) {
    return { kind: 'wrong', why: `"${values.rounds}" is no number of rounds` }
  }
  const { file = null, note = null } = values
  return { kind: 'run', options: { rounds, only, matrix, rows: row ?? null, list, lab, file, note } }
}

const namesIn = (matrix: 'core' | 'wide', all: readonly { readonly name: string; readonly matrix: string }[]): string =>
  all
    .filter((each) => each.matrix === matrix)
    .map(({ name }) => `  ${name}`)
    .join('\n')

export const usage =
  (): string => `Landfall beside everyone else: every workload moved by every contender, in alternating order.

npm run bench -- [options]
  --rounds N        rounds; 3 of the core matrix, 1 of the wide one, unless told
  --only NAME       only that workload or contender; may be given several times
  --matrix wide     the wide matrix instead of the core
  --row NAME        of the wide matrix only that row; may be given several times
  --list            the rows of the wide matrix, with their minutes
  --lab NAME        the laboratory's name (bench); another beside a bench that runs: their figures disturb each other
  --file FILE       where results go; a file of bench/results unless told, and one that was broken off goes on
  --note TEXT       what is to be known of the machine, kept with the results
  --help            this

Each run is appended to its file as it ends. Then \`node bench/src/matrix/page/page.ts\` writes docs/benchmarks.md.

Workloads of the core:
${namesIn('core', workloads)}
Contenders of the core:
${namesIn('core', contenders)}
`
