import { join } from 'node:path'
import { formatDuration, presetNames, presets } from '@landfall/core'
import { novaOptions } from '@landfall/nova'
import { answerTo, errorFamily } from '@landfall/api'
import { notifyKeys, oidcKeys, openStackKeys, serverKeys } from '@landfall/server/parts'
import { intentOptions } from 'landfall/intent-options'
import { novaResults } from './nova-results.ts'

/** The pages that have such tables. */
export const pagesWithTables: readonly string[] = ['cli', 'operate', 'openstack'].map((page) =>
  join(import.meta.dirname, `../../docs/${page}.md`),
)

type Row = readonly string[]

/** By the name of its place in a page: `<!-- table:NAME -->`. */
const tables: Readonly<Record<string, () => readonly Row[]>> = {
  intent: () => [
    ['option', 'default', 'for the guest'],
    ...intentOptions.map(({ flags, byDefault, manual }) => [`\`${flags}\``, shownDefault(byDefault), manual]),
  ],
  nova: () => [
    ['option', 'becomes'],
    ...novaOptions.flatMap(({ name, obeyed }) => (obeyed === undefined ? [] : [[`\`${name}\``, obeyed.becomes]])),
  ],
  server: () => keysTable(serverKeys),
  notify: () => [
    ['key', 'default', 'meaning'],
    ...Object.entries(notifyKeys).flatMap(([table, keys]) =>
      keys.map(({ key, byDefault, meaning }) => {
        const name = table === 'notify' ? key : `${table}.${key}`
        return [`\`${name}\``, shownDefault(byDefault), meaning]
      }),
    ),
  ],
  oidc: () => keysTable(oidcKeys),
  openstack: () => keysTable(openStackKeys),
  errors: () => [
    ['code', 'HTTP', 'exit code'],
    ...Object.keys(errorFamily).map((code) => {
      const { httpStatus, exitCode } = answerTo(code)
      return [`\`${code}\``, String(httpStatus), String(exitCode)]
    }),
  ],
  'nova-cases': () => [['case', 'what', 'as expected', 'guest', 'the newest run'], ...novaResults(false)],
  'nova-faults': () => [['case', 'what', 'as expected', 'guest', 'the newest run'], ...novaResults(true)],
  presets: () => [
    ['preset', 'for the guest', 'pause', 'slowdown', 'post-copy', 'fallback'],
    ...presetNames.map((name) => {
      const { means, intent } = presets[name]
      const slowdown = intent.maxSlowdownPercent === 0 ? 'none' : `${intent.maxSlowdownPercent} %`
      const words = [`\`${intent.postCopy}\``, `\`${intent.fallback}\``]
      return [`\`${name}\``, means, formatDuration(intent.maxPauseMs), slowdown, ...words]
    }),
  ],
}

const keysTable = (keys: typeof serverKeys): readonly Row[] => [
  ['key', 'default', 'meaning'],
  ...keys.map(({ key, byDefault, meaning }) => [`\`${key}\``, shownDefault(byDefault), meaning]),
]

const shownDefault = (text: string | null): string => (text === null ? '' : text === 'none' ? text : `\`${text}\``)

/** A page with every table as the program has it now: between `<!-- table:NAME -->` and `<!-- /table -->`. */
export function withTables(page: string): string {
  return page.replaceAll(
    /(<!-- table:([\w-]+) -->\n)[^]*?(<!-- \/table -->)/g,
    (_all, begin: string, name: string, end: string) => {
      const rows = tables[name]
      if (rows === undefined) throw new Error(`a page asks for the table "${name}", which nothing makes`)
      return `${begin}\n${markdown(rows())}\n\n${end}`
    },
  )
}

/** As the formatter leaves it: columns as wide as their widest cell. */
function markdown(rows: readonly Row[]): string {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: Row): string => `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n')
}
