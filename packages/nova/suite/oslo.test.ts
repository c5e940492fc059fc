// oslo.config itself and our reader, on the same generated files. Debian's python3-oslo.config is installed by the suite's set-up.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { ConfigFileError, readOslo } from '@landfall/nova'
import type { OptionSpec, OptionValue, OsloInput, Reading } from '@landfall/nova'

const cases = 2500

const options: readonly OptionSpec[] = [
  { group: 'libvirt', name: 'live_migration_downtime', type: { kind: 'integer', min: 100 }, defaultText: '500' },
  {
    group: 'libvirt',
    name: 'live_migration_completion_timeout',
    type: { kind: 'integer', min: 0, max: 9000 },
    defaultText: '800',
  },
  {
    group: 'libvirt',
    name: 'live_migration_timeout_action',
    type: { kind: 'string', choices: ['abort', 'force_complete'] },
    defaultText: 'abort',
  },
  { group: 'libvirt', name: 'live_migration_permit_auto_converge', type: { kind: 'boolean' }, defaultText: 'false' },
  { group: 'libvirt', name: 'live_migration_uri', type: { kind: 'string' } },
  { group: 'libvirt', name: 'live_migration_inbound_addr', type: { kind: 'string' }, defaultText: '$my_ip' },
  {
    group: 'libvirt',
    name: 'virt_type',
    type: { kind: 'string' },
    deprecatedNames: [{ group: 'DEFAULT', name: 'libvirt_type' }],
  },
  { group: 'libvirt', name: 'cpu_models', type: { kind: 'list' }, defaultText: '' },
  { group: 'DEFAULT', name: 'my_ip', type: { kind: 'string' }, defaultText: '10.0.0.1' },
  { group: 'DEFAULT', name: 'max_concurrent_live_migrations', type: { kind: 'integer', min: 0 }, defaultText: '1' },
  { group: 'DEFAULT', name: 'debug', type: { kind: 'boolean' } },
  { group: 'DEFAULT', name: 'state_path', type: { kind: 'string' }, defaultText: '/var/lib/nova' },
  { group: 'DEFAULT', name: 'instances_path', type: { kind: 'string' }, defaultText: '$state_path/instances' },
  { group: 'DEFAULT', name: 'extra', type: { kind: 'multi-string' } },
]

const names = [
  ...options.map(({ name }) => name),
  'libvirt_type',
  'live-migration-downtime',
  'Live_Migration_Downtime',
  'nosuch',
]
const integers = [
  '1000',
  '0',
  '50',
  '99',
  '100',
  '100000',
  ' 7',
  '1_000',
  '1__0',
  '0x400',
  '1e3',
  '-5',
  '+5',
  '007',
  '',
  '800 # as it was',
  '9001',
]
const booleans = ['True', 'true', 'YES', 'on', '1', '0', 'off', 'No', 't', 'enabled', '']
const texts = [
  'abort',
  'force_complete',
  'Force_Complete',
  'qemu+tcp://%s/system',
  "'quoted'",
  '"quoted"',
  '"half',
  "' a '",
  '"',
  "''",
  '$my_ip',
  '${my_ip}',
  '$libvirt.virt_type',
  '${libvirt.virt_type}x',
  '$$my_ip',
  '\\$my_ip',
  '$nosuch',
  '$',
  '$5',
  '$my_ip.x',
  '%(x)s',
  'a, b ,c,,',
  ',',
  'kvm',
  'ünï',
  'a\u00a0',
  '$debug',
  '$cpu_models',
  '$max_concurrent_live_migrations',
  '$instances_path',
  'a=b:c',
  '#x',
  '[y]',
]
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.constantFrom(...integers) },
  { weight: 2, arbitrary: fc.constantFrom(...booleans) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')) },
)
const assignment = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('=', ' = ', ':', ': ', ' =', ' : '), value)
  .map((parts) => parts.join(''))
const oddLine = fc.constantFrom(
  '',
  '   ',
  '# a comment',
  '; another',
  '  goes on',
  '\tgoes on',
  ' [libvirt]',
  '  # no comment',
  '[libvirt] # c',
  '[]',
  'no separator',
  '= no key',
  '\uFEFF[libvirt]',
  'k\u000bv = 1',
  '\u001c',
)
const section = fc.constantFrom(
  '[libvirt]',
  '[libvirt]',
  '[DEFAULT]',
  '[DEFAULT]',
  '[LIBVIRT]',
  '[Libvirt]',
  '[default]',
  '[other]',
  '[ libvirt ]',
)
const line = fc.oneof(
  { weight: 12, arbitrary: assignment },
  { weight: 4, arbitrary: section },
  { weight: 1, arbitrary: oddLine },
)
/** Most begin with a section and have no line that stops the service, so that their values are what is compared. */
const file = fc
  .tuple(
    section,
    fc.array(fc.oneof({ weight: 40, arbitrary: line }, { weight: 1, arbitrary: oddLine }), { maxLength: 12 }),
    fc.constantFrom('\n', '\n', '\r\n'),
  )
  .map(([first, lines, end]) => [first, ...lines].join(end) + end)
const environment = fc.dictionary(
  fc.constantFrom(
    'OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME',
    'OS_DEFAULT__MY_IP',
    'OS_LIBVIRT__LIVE_MIGRATION_PERMIT_AUTO_CONVERGE',
    'OS_DEFAULT__libvirt_type',
  ),
  fc.constantFrom('7000', '10.9.9.9', 'true', '', '$state_path'),
  { maxKeys: 2 },
)
const anyInput: fc.Arbitrary<OsloInput> = fc
  .tuple(
    fc.array(file, { minLength: 1, maxLength: 3 }),
    fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: environment }),
  )
  .map(([files, set]) => ({
    sources: files.map((text, index) => ({ path: `${index}.conf`, text })),
    environment: set,
    options,
  }))

interface Theirs {
  readonly parseError?: string
  readonly startError?: string
  readonly values?: Readonly<
    Record<string, { readonly value?: OptionValue; readonly error?: string; readonly origin: string | null }>
  >
}

const python = spawn('/usr/bin/python3', [fileURLToPath(new URL('oslo-config.py', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
afterAll(() => {
  python.stdin.end()
})

async function theirs(input: OsloInput): Promise<Theirs> {
  python.stdin.write(`${JSON.stringify(input)}\n`)
  const { value: answer, done } = await answers.next()
  if (done === true) throw new Error('oslo.config has ended; is python3-oslo.config installed?')
  return JSON.parse(answer) as Theirs
}

function ours(input: OsloInput): Theirs {
  let readings: ReadonlyMap<string, Reading>
  try {
    readings = readOslo({ ...input, complete: true })
  } catch (error) {
    if (error instanceof ConfigFileError) return { parseError: error.message }
    throw error
  }
  const values = [...readings].map(([key, reading]) => {
    const { origin } = reading
    const from = origin.kind === 'file' ? origin.path : origin.kind === 'environment' ? origin.name : null
    return [key, reading.ok ? { value: reading.value, origin: from } : { error: 'error', origin: from }] as const
  })
  return { values: Object.fromEntries(values) }
}

/** What must agree: the file and line that cannot be parsed; else each value, or that there is none, and where it comes from. */
function comparable(answer: Theirs): unknown {
  if (answer.parseError !== undefined) {
    const [, path, at] = /(\d\.conf).*?(?:line |:)(\d+)/.exec(answer.parseError) ?? []
    return { path, at }
  }
  return Object.fromEntries(
    Object.entries(answer.values ?? {}).map(([key, { value: told, error, origin }]) => [
      key,
      error === undefined ? { told, origin } : { error: true, origin },
    ]),
  )
}

test(
  `our reader and oslo.config agree on ${cases} generated layerings, values and origins`,
  { timeout: 300_000 },
  async () => {
    let parsed = 0
    let values = 0
    await fc.assert(
      fc.asyncProperty(anyInput, async (input) => {
        const answer = await theirs(input)
        expect(comparable(ours(input))).toEqual(comparable(answer))
        if (answer.values !== undefined) {
          parsed++
          values += Object.values(answer.values).filter(({ origin }) => origin !== null).length
        }
      }),
      { numRuns: cases, endOnFailure: true },
    )
    console.log(`${cases} layerings, ${parsed} of them parsed, ${values} values that were set`)
    // A generator that only makes files which cannot be parsed would prove nothing.
    expect(parsed).toBeGreaterThan(cases * 0.5)
    expect(values).toBeGreaterThan(cases)
  },
)
