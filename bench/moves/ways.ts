import type { GuestRequest } from '@landfall/lab'

/** A way of moving a guest, with the guest and the intent that make it the only one. */
export interface Way {
  readonly name: string
  readonly guest: GuestRequest
  readonly options: readonly string[]
  readonly link: string
  /** What the report has to say of it. */
  readonly isTaken: (report: Report) => boolean
  /** Whether it is stopped in mid-copy by `landfall abort`. */
  readonly isAborted: boolean
}

/** What is read of a migration's report. */
export interface Report {
  readonly outcome: string
  readonly strategy: string
  readonly totalTimeMs: number | null
  readonly downtimeMs: number | null
  readonly longestStallMs: number | null
  readonly lostWorkSeconds: number | null
  readonly bytesSent: number | null
  readonly passes: number | null
  readonly maxThrottlePercent: number
  readonly stream?: { readonly compression: string | null }
}

const small = { guest: 'rom', memory: '128MiB' } as const
const steady: GuestRequest = {
  ...small,
  name: 'steady',
  vcpus: 2,
  writeSet: '48MiB',
  writeRate: '8MiB',
  rewrite: 'mixed',
}
const busy: GuestRequest = { ...small, name: 'busy', writeSet: '96MiB', writeRate: '200MiB', rewrite: 'mixed' }
/** Far faster than its slow link even on a busy machine, so that a throttle is needed there, too. */
const computes: GuestRequest = {
  guest: 'rom',
  memory: '64MiB',
  name: 'computes',
  writeSet: '40MiB',
  compute: 15_000,
  rewrite: 'mixed',
}
const stamps: GuestRequest = { ...small, name: 'stamps', writeSet: '48MiB', writeRate: '80MiB', rewrite: 'stamps' }

const way = (
  name: string,
  guest: GuestRequest,
  options: readonly string[],
  isTaken: Way['isTaken'],
  { isAborted = false, link = '400Mbit' } = {},
): Way => ({ name, guest, options, link, isTaken, isAborted })

const notSlowed = ['--max-slowdown', '0', '--compression', 'never']

export const ways: readonly Way[] = [
  way('pre-copy', steady, [], ({ outcome, strategy }) => outcome === 'completed' && strategy === 'pre-copy'),
  way(
    'early switchover',
    busy,
    ['--post-copy', 'never', '--max-pause', '20s', ...notSlowed],
    ({ outcome, strategy }) => outcome === 'completed' && strategy === 'early-switchover',
  ),
  way(
    'throttle',
    computes,
    ['--post-copy', 'never', '--max-pause', '500ms', '--max-slowdown', '99', '--compression', 'never'],
    ({ outcome, maxThrottlePercent }) => outcome === 'completed' && maxThrottlePercent > 0,
    { link: '100Mbit' },
  ),
  way(
    'deltas',
    stamps,
    ['--post-copy', 'never', '--compression', 'xbzrle', '--max-slowdown', '0'],
    ({ outcome, stream }) => outcome === 'completed' && stream?.compression === 'xbzrle',
  ),
  way('post-copy', busy, notSlowed, ({ outcome, strategy }) => outcome === 'completed' && strategy === 'post-copy'),
  way('abort', busy, notSlowed, ({ outcome }) => outcome === 'aborted', { isAborted: true }),
]

/** Each guest once. */
export const guests: readonly GuestRequest[] = [...new Set(ways.map(({ guest }) => guest))]
