// The order of the rooms, for oxlint: `oxlint -c rooms.config.ts packages`. An import that runs up the order fails, and so
// does a circle, of types alone included. Where things go, and why: docs/architecture.md.
import type { OxlintOverride } from 'oxlint'
import { defineConfig } from 'oxlint'

/** Of packages/server/src, lowest first: a room imports those before it, and itself. */
const serverRooms = ['hosts', 'guests', 'cloud', 'intent', 'config', 'notify', 'store', 'plan', 'run', 'drain'] as const

/** What a package may import of this repository. */
const packages: Readonly<Record<string, readonly string[]>> = {
  core: [],
  libvirt: [],
  openstack: [],
  api: ['core'],
  nova: ['core'],
  doctor: ['core', 'nova'],
  // core's words and figures; what it knows of a service it has from api alone.
  console: ['api', 'core'],
  server: ['api', 'core', 'libvirt', 'nova', 'openstack'],
  cli: ['api', 'console', 'core', 'doctor', 'server', 'lab'],
}

/** Of packages/core/src, lowest first; `intent`, `facts` and the like stand below them all. */
const coreRooms = [
  'settings',
  'working-set',
  'disks',
  'forecast',
  'strategies',
  'plan',
  'steer',
  'recover',
  'drain',
  'simulator',
] as const
/** Of its `steer/`. */
const steerRooms = ['observe', 'decide', 'tell'] as const

interface Barrier {
  /** The specifiers that are refused. */
  readonly regex: string
  readonly message: string
}

const otherPackages = (name: string): Barrier => {
  const allowed = packages[name] ?? []
  const refused = [...Object.keys(packages), 'lab'].filter((other) => other !== name && !allowed.includes(other))
  const message = `packages/${name} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')} of this repository`
  return { regex: `^@landfall/(${refused.join('|')})(/|$)`, message }
}

const override = (files: string, barriers: readonly Barrier[]): OxlintOverride => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns: [...barriers] }] },
})

const rooms = (higher: readonly string[], from: string): readonly Barrier[] =>
  higher.length === 0
    ? []
    : [{ regex: `^${from}(${higher.join('|')})/`, message: `an import runs up: ${serverRooms.join(' < ')}` }]

const everywhereInCore: readonly Barrier[] = [
  otherPackages('core'),
  { regex: '^node:', message: 'core is pure: it runs in a browser as well' },
]
/** Of the rooms in their order, those that a room must not import. */
const above = <Room extends string>(order: readonly Room[], room: Room): readonly Barrier[] => {
  const higher = order.slice(order.indexOf(room) + 1)
  const message = `an import runs up: ${order.join(' < ')}`
  return higher.length === 0 ? [] : [{ regex: String.raw`^(\.\./)+(${higher.join('|')})/`, message }]
}

const server = 'packages/server/src'
const everywhereInServer: readonly Barrier[] = [
  otherPackages('server'),
  { regex: String.raw`^(\.\./)+testing/`, message: 'fakes are for tests' },
  { regex: String.raw`^(\.\./)+(landfall|index|parts|service)\.ts$`, message: 'the facade stands above every room' },
]
const inRoom = (room: (typeof serverRooms)[number], ...more: readonly Barrier[]): readonly Barrier[] => [
  ...everywhereInServer,
  ...rooms(serverRooms.slice(serverRooms.indexOf(room) + 1), String.raw`(\.\./)+`),
  ...more,
]
const within = (regex: string, message: string): Barrier => ({ regex, message })
const plan = 'an import runs up: disks < preflight < probe < the plan itself'
const run = 'an import runs up: what is common < live, cold (which know nothing of each other) < start < request'

export default defineConfig({
  plugins: ['import'],
  categories: { correctness: 'off' },
  rules: { 'import/no-cycle': ['error', { ignoreTypes: false }] },
  overrides: [
    ...Object.keys(packages).map((name) => override(`packages/${name}/src/**`, [otherPackages(name)])),
    override('packages/core/src/**', everywhereInCore),
    ...coreRooms.map((room) =>
      override(`packages/core/src/${room}/**`, [...everywhereInCore, ...above(coreRooms, room)]),
    ),
    ...steerRooms.map((room) =>
      override(`packages/core/src/steer/${room}/**`, [
        ...everywhereInCore,
        ...above(coreRooms, 'steer'),
        ...above(steerRooms, room),
      ]),
    ),
    override('packages/api/src/**', [
      otherPackages('api'),
      { regex: '^node:', message: 'api is pure: it runs in a browser as well' },
    ]),
    override('packages/cli/src/**', [
      otherPackages('cli'),
      {
        regex: '^@landfall/(server|lab)(/|$)',
        message:
          'a command knows only the api; context.ts, serve.ts, steer.ts, repair.ts, administer.ts and laboratory.ts open what stands behind it',
      },
    ]),
    override('packages/cli/src/{administer,context,laboratory,repair,serve,steer}.ts', [otherPackages('cli')]),
    override(`${server}/http/**`, [
      otherPackages('server'),
      {
        regex: String.raw`^(\.\./)+(${[...serverRooms, 'service'].join('|')}|landfall)`,
        message: 'http knows the api alone: a Client does the work',
      },
    ]),
    override(`${server}/{clock,errors}.ts`, [...everywhereInServer, ...rooms(serverRooms, String.raw`\./`)]),
    ...serverRooms.map((room) => override(`${server}/${room}/**`, inRoom(room))),
    override(
      `${server}/plan/disks/**`,
      inRoom('plan', within(String.raw`^\.\./(preflight/|probe/|[a-z-]+\.ts$)`, plan)),
    ),
    override(`${server}/plan/preflight/**`, inRoom('plan', within(String.raw`^\.\./(probe/|[a-z-]+\.ts$)`, plan))),
    override(`${server}/plan/probe/**`, inRoom('plan', within(String.raw`^\.\./[a-z-]+\.ts$`, plan))),
    override(`${server}/run/*.ts`, inRoom('run', within(String.raw`^\./(live|cold|start|request)/`, run))),
    override(`${server}/run/live/**`, inRoom('run', within(String.raw`^(\.\./)+(cold|start|request)/`, run))),
    override(`${server}/run/cold/**`, inRoom('run', within(String.raw`^(\.\./)+(live|start|request)/`, run))),
    override(`${server}/run/start/**`, inRoom('run', within(String.raw`^(\.\./)+request/`, run))),
    { files: ['**/*.test.ts', '**/testing/**'], rules: { 'no-restricted-imports': 'off' } },
  ],
  ignorePatterns: ['**/dist/**', '**/*.gen.ts'],
})
