import type { MigrationRequest } from '@landfall/api'
import type { GuestRequest } from '@landfall/lab'

/** A way of asking for a migration, and what is asked of it meanwhile. */
export interface Way {
  readonly name: string
  readonly wanted: MigrationRequest['wanted']
  /** Wished some time after it was launched; null for nothing. */
  readonly wish: 'abort' | 'force-complete' | null
  /** How often it is chosen, beside the others. */
  readonly weight: number
}

const wanted = (settings: Way['wanted']['settings'], cold = false): Way['wanted'] => ({
  settings,
  cold,
  novaConfig: [],
  namedAs: 'setting',
})

export const ways: readonly Way[] = [
  { name: 'as it comes', wanted: wanted({}), wish: null, weight: 4 },
  { name: 'post-copy', wanted: wanted({ 'max-slowdown': '0', compression: 'never' }), wish: null, weight: 3 },
  {
    name: 'throttle or pause',
    wanted: wanted({ 'post-copy': 'never', 'max-pause': '2s', 'max-slowdown': '99', compression: 'never' }),
    wish: null,
    weight: 3,
  },
  { name: 'cold', wanted: wanted({}, true), wish: null, weight: 2 },
  { name: 'abort', wanted: wanted({ 'post-copy': 'never', 'max-pause': '500ms' }), wish: 'abort', weight: 1 },
  { name: 'force', wanted: wanted({ 'max-slowdown': '0' }), wish: 'force-complete', weight: 1 },
]

const small = { guest: 'rom', memory: '64MiB' } as const

/** Moved at the same time, each on its own: one rarely written to, one that its link just carries, one that it does not. */
export const guests: readonly GuestRequest[] = [
  { ...small, name: 'calm', writeSet: '16MiB', writeRate: '2MiB', rewrite: 'mixed' },
  { ...small, name: 'steady', writeSet: '32MiB', writeRate: '16MiB', rewrite: 'mixed' },
  { ...small, name: 'busy', writeSet: '40MiB', writeRate: '60MiB', rewrite: 'pages' },
]

/** Over which a first pass takes some five seconds. */
export const link = '120Mbit'

export function chooseWay(random: () => number): Way {
  const all = ways.reduce((sum, { weight }) => sum + weight, 0)
  let left = random() * all
  for (const way of ways) {
    left -= way.weight
    if (left < 0) return way
  }
  throw new Error('weights are positive')
}
