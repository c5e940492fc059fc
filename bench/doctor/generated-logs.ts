// 400 logs of migrations that fail for a reason that the sources of libvirt, QEMU and Nova word (source-messages.ts), at INFO and
// DEBUG, Liberty to 2026.2, among the lines of a recording of a real Nova: is the cause found, and is nothing invented?
//   node bench/doctor/generated-logs.ts [--logs 400] [--seed 1] [--out FILE]

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fixture } from '../../packages/doctor/src/testing/answers.ts'
import { meanings } from '../../packages/nova/src/diagnosis/meanings/meanings.ts'
import { diagnose, HostLogReader } from '../../packages/nova/src/index.ts'
import { Dice } from '../../packages/nova/src/testing/lines/dice.ts'
import { sourceMessages } from './source-messages.ts'
import type { SourceMessage } from './source-messages/source-message.ts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  logs: { type: 'string', default: '400' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string' },
})

/** A quiet guest that was moved well. */
const surroundings = fixture('recordings/nova31-01-quiet')
const recorded = readdirSync(surroundings)
  .filter((name) => name.startsWith('nova-compute-'))
  .map((name) =>
    gunzipSync(readFileSync(join(surroundings, name)))
      .toString('utf8')
      .trimEnd()
      .split('\n'),
  )

const hex = (dice: Dice, digits: number): string =>
  Array.from({ length: digits }, () => dice.whole(0, 15).toString(16)).join('')
const uuid = (dice: Dice): string => [8, 4, 4, 4, 12].map((digits) => hex(dice, digits)).join('-')
const filled = (format: string, guest: string, dice: Dice): string =>
  format.replaceAll(/%([sduhpg])/g, (_, kind: string) => {
    if (kind === 'g') return guest
    if (kind === 'd') return String(dice.whole(100, 99_999))
    if (kind === 'u') return uuid(dice)
    if (kind === 'h') return `cmp${dice.whole(1, 400)}.example.net`
    return kind === 'p' ? `/var/lib/nova/instances/${uuid(dice)}/disk` : `x${hex(dice, 5)}`
  })

const stamp = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 23)

interface Line {
  readonly at: number
  readonly text: string
}

/** What the source says of a live migration that fails so. */
function failing(
  message: SourceMessage,
  error: string,
  guest: string,
  release: number,
  begin: number,
  dice: Dice,
): Line[] {
  const request = `req-${uuid(dice)}`
  const context = release >= 25 ? `[None ${request} admin admin - - default default]` : `[${request} admin admin - - -]`
  const line = (ms: number, level: string, logger: string, words: string): Line => ({
    at: begin + ms,
    text: `${stamp(begin + ms)} 4711 ${level} ${logger} ${context} [instance: ${guest}] ${words}`,
  })
  const driver = 'nova.virt.libvirt.driver'
  const manager = 'nova.compute.manager'
  if (message.met === 'check') {
    const bare = `${stamp(begin)} 4711 ERROR oslo_messaging.rpc.server`
    // Nova's own, but for a class of another module, or of Python itself.
    const raised = /^(?:\w+\.|OSError|PermissionError)/.test(error) ? error : `nova.exception.${error}`
    const method = '  File "nova/compute/manager.py", line 6011, in check_can_live_migrate_destination'
    return [
      { at: begin, text: `${bare} ${context} Exception during message handling: ${error.replace(/^[\w.]+: /, '')}` },
      ...['Traceback (most recent call last):', method, raised].map((words) => ({
        at: begin,
        text: `${bare} ${words}`,
      })),
    ]
  }
  const name = release >= 18 ? 'libvirt.libvirtError' : 'libvirtError'
  return [
    line(0, 'INFO', manager, 'Took 2.91 seconds for pre_live_migration on destination host host2.'),
    line(1500, 'ERROR', driver, `Live Migration failure: ${error}${release >= 18 ? `: ${name}: ${error}` : ''}`),
    line(1900, 'ERROR', driver, 'Migration operation has aborted'),
  ]
}

interface Walk {
  readonly logs: number
  readonly found: number
  readonly missed: readonly string[]
  readonly invented: readonly string[]
  readonly walked: readonly string[]
}

function walk(messages: readonly SourceMessage[], count: number): Walk {
  const missed: string[] = []
  const invented: string[] = []
  const walked = new Set<string>()
  let found = 0
  for (let number = 0; number < count; number += 1) {
    const dice = new Dice(Number(values.seed) * 10_007 + number)
    const message = messages[number % messages.length]
    if (message === undefined) continue
    const release = dice.whole(message.oldest, message.newest)
    const level = number % 2 === 0 ? 'INFO' : 'DEBUG'
    const guest = uuid(dice)
    const error = filled(message.format, guest, dice)
    const logs = recorded.map((lines, index) => {
      const kept = level === 'DEBUG' ? lines : lines.filter((line) => !line.includes(' DEBUG '))
      const firstDated = kept.find((line) => /^\d{4}-\d\d-\d\d /.test(line)) ?? ''
      const begin = Date.parse(`${firstDated.slice(0, 23).replace(' ', 'T')}Z`) + dice.whole(1000, 20_000)
      const more = index === 0 ? failing(message, error, guest, release, begin, dice) : []
      const at = kept.findIndex(
        (line) => /^\d{4}-/.test(line) && Date.parse(`${line.slice(0, 23).replace(' ', 'T')}Z`) > begin,
      )
      const reader = new HostLogReader(`host${index + 1}`)
      const all = kept.toSpliced(at === -1 ? kept.length : at, 0, ...more.map(({ text }) => text))
      reader.text(`${all.join('\n')}\n`, 'nova-compute.log')
      return reader.end()
    })
    const findings = diagnose(logs)
    const own =
      findings.find(({ instance }) => instance === guest) ??
      findings.find(({ instance }) => instance.startsWith('unknown'))
    const which = own?.causes.map((cause) => cause.explained?.which ?? cause.which ?? cause.code) ?? []
    const place = `log ${number}, ${message.source}, release ${release} at ${level}: ${error}`
    if (
      which.includes(message.expected) ||
      (message.expected === 'aborted-by-client' && own?.outcome === 'cancelled')
    ) {
      found += 1
      walked.add(message.expected)
    } else missed.push(`${place}: expected ${message.expected}, told ${which.join(', ') || 'nothing'}`)
    for (const each of findings) {
      if (each === own) {
        if (each.causes.length > 1) invented.push(`${place}: ${which.join(', ')}`)
        if (each.outcome === 'completed') invented.push(`${place}: completed`)
      } else if (each.outcome !== 'completed' || each.causes.length > 0)
        invented.push(
          `${place}: of ${each.instance}: ${each.outcome}, ${each.causes.map(({ code }) => code).join(', ')}`,
        )
    }
  }
  return { logs: count, found, missed, invented, walked: [...walked] }
}

/** By the sources' own words; and the doctor's table in full, each entry by its example, which shows that none is out of reach. */
const independent = walk(sourceMessages, Number(values.logs))
const examples = meanings.map(({ which, example, refusal }): SourceMessage => ({
  source: 'the table',
  format: example.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '%g'),
  met: refusal === null ? 'copy' : 'check',
  oldest: 12,
  newest: 34,
  expected: which,
  compared: false,
}))
const table = walk(examples, examples.length * 2)
const entries = [...new Set(meanings.map(({ which }) => which))]
const notCovered = entries.filter((which) => !independent.walked.includes(which))
for (const [name, { logs, found, missed, invented }] of Object.entries({ independent, table })) {
  console.log(
    `${name}: ${logs} logs, cause found in ${found} (${((100 * found) / logs).toFixed(1)} %), ${invented.length} invented`,
  )
  for (const each of missed) console.log(`  missed: ${each}`)
  for (const each of invented) console.log(`  invented: ${each}`)
}
console.log(
  `${sourceMessages.length} messages, ${sourceMessages.filter(({ compared }) => compared).length} of them held against the sources; of the table's ${entries.length} entries ${notCovered.length} are met by none of them`,
)
if (values.out !== undefined) {
  const compared = sourceMessages.filter((message) => message.compared).length
  const messages = { all: sourceMessages.length, compared }
  const result = { seed: Number(values.seed), messages, independent, table, notCovered }
  writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`)
}
if ([independent, table].some(({ logs, found, invented }) => found < 0.98 * logs || invented.length > 0))
  process.exitCode = 1
