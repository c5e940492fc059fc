// Which messages of Nova's sources, in the way of a migration, the doctor knows. Not a part of the tests: it needs Nova's sources.
//   node bench/doctor/nova-messages.ts FOLDER-OF-NOVA.git [REF ...]

import { execFileSync } from 'node:child_process'
import { meaningOf } from '../../packages/nova/src/diagnosis/meanings/meanings.ts'
import { marker, saysNothing } from '../../packages/nova/src/logs/markers.ts'
import { whatIsSaid } from '../../packages/nova/src/logs/messages.ts'
import { readPrefix } from '../../packages/nova/src/logs/prefix.ts'

const files = [
  'nova/compute/manager.py',
  'nova/conductor/manager.py',
  'nova/conductor/tasks/live_migrate.py',
  'nova/conductor/tasks/migrate.py',
  'nova/virt/libvirt/driver.py',
  'nova/virt/libvirt/guest.py',
  'nova/virt/libvirt/migration.py',
]
/** Methods that only a migration comes through. */
const inTheWay =
  /migrat|resize|_pre_live|_post_live|rollback_live|downtime|post_copy|cpu_compat|compare_cpu|_wait_for_vif|activate_binding/
const notInTheWay = /snapshot|unshelve|_test|swap_volume|evacuate|_resize_attached|_swap_to_finish/
/** Known, and left out on purpose: they decide nothing. */
const aside: readonly (readonly [start: RegExp, why: string])[] = [
  [
    /^(?:Removing|Adding) the VIR_MIGRATE|^Config option live_migration|^Nova compute deprecated|^os-vif /,
    'configuration',
  ],
  [
    /^(?:Migration(?:PreCheck)?Error: Migration (?:pre-check )?error: cmp2|NovaException: An unknown|InstanceFaultRollback|NotImplementedError|Invalid: Bad Request)/,
    'only wraps what another says',
  ],
  [/^BuildAbortException/, 'of building, not of moving'],
  [
    /^Unable to (?:find record|replace resource claim)|^LiveMigrationNotSubmitted/,
    'said again by the refusal behind it',
  ],
  [
    /^Unable to stat|^Failed to get compute_info|^Migration cmp2 is not found\.|^Setting migration cmp2 to error/,
    'goes on without harm to the guest',
  ],
  [
    /^There are no records in active|already switched to post-copy|^Unknown migration task|^NoActiveMigration/,
    'answers a request that came too late',
  ],
  [
    /^Unable to cancel live migration|^Error occurred when trying to abort live migration job/,
    'the stop or the end of the job is told by itself',
  ],
  [/^Migration cmp2 is not found during|^Unexpected confirmation status/, 'a confirmation that was not due'],
  [/^Failed to rollback (?:quota|snapshot)|Falling back to legacy/, 'releases up to Queens: goes on otherwise'],
]

export interface NovaMessage {
  readonly kind: 'log' | 'exception'
  readonly level: string
  readonly where: string
  readonly text: string
}

/** The text of a Python call from its bracket to the one that closes it. */
function callAt(source: string, open: number): string {
  let depth = 0
  let quote = ''
  for (let at = open; at < source.length; at++) {
    const char = source.charAt(at)
    if (quote !== '') {
      if (char === '\\') at++
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return source.slice(open + 1, at)
  }
  return source.slice(open + 1)
}

/** The string literals that a call begins with, as one. */
function firstText(call: string): string {
  let text = ''
  let rest = call.replaceAll(/^\s*#.*$/gm, '')
  for (;;) {
    const found = /^\s*(?:_\w*\(\s*)?[rf]?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/.exec(rest)
    if (found === null) return text.replaceAll(/\\(["'])/g, '$1')
    text += found[1] ?? found[2] ?? ''
    rest = rest.slice(found[0].length)
  }
}

/** What Nova puts in for a placeholder. */
const filled = (text: string): string =>
  text
    .replaceAll(/%\((\w*(?:host|node|dest|source)\w*)\)[sr]/g, 'cmp2')
    .replaceAll(/%\((\w*uuid\w*|instance|instance_id|server_id)\)[sr]/g, '7a2824d6-cb17-45ef-89da-c2c9a453a58d')
    .replaceAll(/%\(\w+\)[sr]|%[sr]/g, 'cmp2')
    .replaceAll(/%(?:\(\w+\))?[\d.]*[dif]/g, '12')
    .replaceAll(/\{[^}]*\}/g, 'cmp2')

function exceptionsOf(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const part of source.split(/^class /m).slice(1)) {
    const name = /^\w+/.exec(part)?.[0]
    const at = part.search(/msg_fmt\s*=\s*_\(/)
    if (name !== undefined && at !== -1) found.set(name, firstText(callAt(part, part.indexOf('(', at))))
  }
  return found
}

function messagesIn(file: string, source: string, exceptions: ReadonlyMap<string, string>): NovaMessage[] {
  const functions = [...source.matchAll(/^ *def (\w+)\(/gm)].map(({ index, 1: name = '' }) => ({ index, name }))
  return [...source.matchAll(/\bLOG\.(debug|info|warning|warn|error|exception)(\()|raise (?:exception\.)?(\w+)(\()/g)]
    .map(({ index, 1: level = '', 3: name, 0: whole }): NovaMessage | null => {
      const method = functions.findLast((each) => each.index < index)?.name ?? ''
      const isOfMigrations = /live_migrate|migrat/.test(file) && !/manager|driver/.test(file)
      if ((!isOfMigrations && !inTheWay.test(method)) || notInTheWay.test(method)) return null
      const call = callAt(source, index + whole.length - 1)
      const where = `${file.slice(5)} ${method}`
      if (name === undefined) {
        const text = filled(firstText(call))
        return text === '' ? null : { kind: 'log', level: level.toUpperCase(), where, text }
      }
      const own = /reason\s*=\s*/.exec(call)
      const reason = own === null ? '' : firstText(call.slice(own.index + own[0].length))
      const format = exceptions.get(name) ?? ''
      const text = filled(
        format.replaceAll(/%\((?:reason|msg)\)s/g, reason === '' ? '%(reason)s' : reason) || firstText(call),
      )
      return { kind: 'exception', level: 'ERROR', where, text: text === '' ? name : `${name}: ${text}` }
    })
    .filter((each) => each !== null)
}

/** `compute/manager.py live_migration` → `nova.compute.manager` */
const loggerOf = (where: string): string => `nova.${(where.split('.py', 1)[0] ?? '').replaceAll('/', '.')}`

type Known = 'said' | 'meant' | 'passed over' | 'aside' | 'no'

function isKnown(message: NovaMessage): Known {
  const { text } = message
  const known = isUnderstood(message)
  return known === 'no' && aside.some(([start]) => start.test(text)) ? 'aside' : known
}

function isUnderstood({ kind, level, where, text }: NovaMessage): Known {
  if (kind === 'exception') return meaningOf(text) === null ? 'no' : 'meant'
  const line = `2026-11-23 06:02:34.682 19992 ${level === 'EXCEPTION' ? 'ERROR' : level} ${loggerOf(where)} [None req-6e60a29e-83d1-48ae-ad69-ffc4d1a58d55 - - - - - -] [instance: 7a2824d6-cb17-45ef-89da-c2c9a453a58d] ${text}`
  if (saysNothing(line)) return 'passed over'
  const prefix = readPrefix(line)
  if (marker().test(line) && prefix !== null && whatIsSaid(prefix) !== null) return 'said'
  return meaningOf(text) === null ? 'no' : 'meant'
}

const [folder, ...refs] = process.argv.slice(2)
if (folder === undefined) throw new Error("Name the folder of a clone of Nova's repository")
const show = (ref: string, file: string): string => {
  try {
    return execFileSync('git', ['-C', folder, 'show', `${ref}:${file}`], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    // Not every release has every file.
    return ''
  }
}
const all = new Map<string, NovaMessage & { readonly known: Known; readonly refs: string[] }>()
for (const ref of refs.length === 0 ? ['HEAD'] : refs) {
  const exceptions = exceptionsOf(show(ref, 'nova/exception.py'))
  for (const file of files) {
    for (const message of messagesIn(file, show(ref, file), exceptions)) {
      const key = `${message.kind} ${message.text}`
      const before = all.get(key)
      if (before === undefined) all.set(key, { ...message, known: isKnown(message), refs: [ref] })
      else if (!before.refs.includes(ref)) before.refs.push(ref)
    }
  }
}
const found = [...all.values()]
const loud = found.filter(({ level }) => level !== 'DEBUG' && level !== 'INFO')
for (const set of [
  { name: 'WARNING, ERROR and exceptions', those: loud },
  { name: 'INFO', those: found.filter(({ level }) => level === 'INFO') },
  { name: 'DEBUG', those: found.filter(({ level }) => level === 'DEBUG') },
]) {
  const unknown = set.those.filter(({ known }) => known === 'no')
  const left = set.those.filter(({ known }) => known === 'aside')
  console.log(
    `${set.name}: ${set.those.length}, of which ${set.those.length - unknown.length - left.length} are understood, ${left.length} left out on purpose, ${unknown.length} unknown`,
  )
  for (const { level, where, text, refs: of } of unknown) {
    console.log(
      `  ${level} ${where} (${of[0] ?? ''}${of.length > 1 ? ` to ${of.at(-1) ?? ''}` : ''}): ${text.slice(0, 150)}`,
    )
  }
}
