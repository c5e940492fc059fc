import { InputError } from '../errors/errors.ts'
import { compressions, defaultShutdownLimitMs, defaultTimeWorth, fallbacks, postCopyPermissions } from '../intent.ts'
import { durationOption, formatDuration, formatPercent, MiB, parseDuration, parsePercent, parseRate } from '../units.ts'
import { setting } from './setting.ts'
import { oneOf, orNone } from './values.ts'

/** QEMU's multifd-channels is a byte. */
const mostConnections = 255

/** Below, nothing is ever given up; above, nothing is waited for. */
const [leastTimeWorth, mostTimeWorth] = [0.01, 100]

/** After so many it is no passing trouble any more. */
const mostRetries = 20

/**
 * Everything that an operator can set of an intent, by the name that every place spells in its own way: `max-pause` in a
 * guest's metadata, `max_pause` in TOML, an option on the command line. A preset comes before them: it sets several.
 */
export const settings = {
  'max-pause': setting({
    at: ['maxPauseMs'],
    argument: 'duration',
    help: 'longest the guest may stand still, e.g. 300ms, 2s',
    manual:
      'The longest the guest may stand still to change hosts. It is a hard limit: if it cannot be kept, the guest stays where it runs. Waiting for single pages after a switch to post-copy is not a pause; the report counts it as the longest stall',
    parse: parseDuration,
    write: durationOption,
    check: (ms) => (ms >= 1 ? null : 'must be at least 1ms: a guest always stops for a moment to change hosts'),
    state: (ms = 0) => `pause ≤ ${formatDuration(ms)}`,
    name: 'pause limit',
    tell: (ms = 0) => formatDuration(ms),
    changes: 'while-running',
  }),
  deadline: setting({
    at: ['deadlineMs'],
    argument: 'duration',
    unset: 'none',
    help: 'done within this time from now, or not at all, e.g. 10m; none lifts one that is configured',
    manual:
      'Done within this time from the start, or not at all: refused beforehand when the forecast exceeds it, aborted while it runs as soon as no permitted act can meet it',
    parse: parseDuration,
    write: durationOption,
    check: (ms) => (ms > 0 ? null : 'must be more than zero; leave it out for none'),
    state: (ms) => (ms === undefined ? 'no deadline' : `done within ${formatDuration(ms)}`),
    name: 'deadline',
    tell: orNone(formatDuration),
    changes: 'while-running',
  }),
  'max-slowdown': setting({
    at: ['maxSlowdownPercent'],
    argument: 'percent',
    asNumber: 'a percentage, as text or as a number',
    help: 'most that the guest may be throttled; 0 forbids it',
    manual:
      'The strongest throttle: the share of its CPU time that may be taken away. `0` forbids throttling, 99 is the most that QEMU can. It is used only where nothing cheaper keeps within the intent',
    parse: parsePercent,
    write: (percent) => `${percent}%`,
    check: (percent) => (percent >= 0 && percent <= 99 ? null : 'must be from 0 (never throttle) to 99'),
    state: (percent = 0) => (percent === 0 ? 'no slowdown' : `slowdown ≤ ${percent} %`),
    name: 'slowdown',
    tell: (percent = 0) => `≤ ${formatPercent(percent)}`,
    changes: 'while-running',
  }),
  'time-worth': setting({
    at: ['timeWorth'],
    argument: 'seconds',
    otherwise: String(defaultTimeWorth),
    asNumber: 'a number of seconds of work',
    help: "what a second of the migration is worth in seconds of the guest's work: 0.1 is patient, 2 in a hurry",
    manual:
      "What a second of the migration is worth, in seconds of the guest's work. A pass, a quiet phase of a guest that writes in bursts, or passes of deltas are waited for only if they save the guest that much. `0.1` waits four times as long as usual for the guest to lose less; `2` takes the first lever that is permitted; from 0.01 to 100 ([what it changes](how-it-decides.md#what-time-is-worth))",
    parse: parseTimeWorth,
    write: String,
    check: (worth) =>
      worth >= leastTimeWorth && worth <= mostTimeWorth ? null : `must be from ${leastTimeWorth} to ${mostTimeWorth}`,
    state: (worth) => (worth === undefined ? null : `a second is worth ${worth} s of its work`),
    name: "a second's worth",
    tell: (worth = defaultTimeWorth) => `${worth} s of work`,
    changes: 'while-running',
  }),
  'post-copy': setting({
    at: ['postCopy'],
    argument: 'when',
    choices: postCopyPermissions,
    help: 'let the guest run on the destination before all its memory is there',
    manual:
      'May the guest run on the destination before all its memory is there? `never`; `if-needed`: only when plain passes cannot end; `at-once`: as soon as it can. From the switch to the end the guest needs both hosts and the link: there is no way back, and [a broken stream](life-of-a-migration.md#when-something-breaks) can be resumed only where libvirt can',
    parse: oneOf(postCopyPermissions),
    write: (when) => when,
    state: (when) => `post-copy ${when}`,
    name: 'post-copy',
    tell: (when) => when ?? '',
    changes: 'while-running',
  }),
  fallback: setting({
    at: ['fallback'],
    argument: 'what',
    choices: fallbacks,
    help: 'what to do when it cannot be done live; cold = shut down, move, start',
    manual:
      'When no live strategy keeps within the intent: `none` refuses; `cold` shuts the guest down (never by force), moves its definition and starts it on the destination. Then the pause limit does not count, the deadline does',
    parse: oneOf(fallbacks),
    write: (what) => what,
    state: (what) => (what === 'cold' ? 'cold if it cannot be done live' : 'no cold fallback'),
    name: 'fallback',
    tell: (what) => what ?? '',
    changes: 'before-launch',
  }),
  'shutdown-timeout': setting({
    at: ['shutdownLimitMs'],
    argument: 'duration',
    otherwise: durationOption(defaultShutdownLimitMs),
    help: 'longest a cold migration waits for the guest to shut down',
    manual:
      'The longest a cold migration waits for the guest to shut down. The guest is asked every 10 s, as Nova does, because one that still boots does not hear it, and is never forced: after that time it is left alone',
    parse: parseDuration,
    write: durationOption,
    check: (ms) => (ms >= 1000 ? null : 'must be at least 1s: no guest shuts down sooner'),
    state: (ms = defaultShutdownLimitMs) => `shut down within ${formatDuration(ms)}, if it is moved cold`,
    name: 'shutdown timeout',
    tell: (ms = defaultShutdownLimitMs) => formatDuration(ms),
    changes: 'before-launch',
  }),
  retries: setting({
    at: ['retries'],
    argument: 'times',
    otherwise: '0',
    asNumber: 'a number of times',
    help: 'how often it is tried again after a failure that may pass: a connection lost, a daemon restarted, a busy destination',
    manual:
      'How often a live migration is tried again after [a failure that may pass](life-of-a-migration.md#trying-again): a connection lost, a daemon restarted, a busy destination. Within the deadline, planned again before each try, and never once the guest has begun to change hosts. `0`: it is told, not tried; 20 at most',
    parse: parseRetries,
    write: String,
    check: (times) =>
      Number.isInteger(times) && times >= 0 && times <= mostRetries
        ? null
        : `must be a whole number from 0 (not tried again) to ${mostRetries}`,
    state: (times = 0) => (times === 0 ? null : `tried again up to ${times} ${times === 1 ? 'time' : 'times'}`),
    name: 'retries',
    tell: (times = 0) => String(times),
    changes: 'while-running',
    ofOwnAlone: true,
  }),
  compression: setting({
    at: ['stream', 'compression'],
    argument: 'how',
    choices: ['auto', ...compressions],
    unset: 'auto',
    help: 'compress the memory on its way; xbzrle: send only the changed bytes of re-sent pages; auto: where that is quicker and cores and memory are free for it',
    manual:
      'Compress the memory on its way: `never`; `zstd`: all of it; `xbzrle`: only the changed bytes of pages that are sent again (one stream, QEMU 8.2 or newer, memory of the source for copies of pages); `auto`: where its pages were seen to gain by it, cores and memory are free for it, and it is worth them ([how](how-it-decides.md#the-stream))',
    parse: oneOf(compressions),
    write: (how) => how,
    state: (how) => (how === undefined ? null : how === 'never' ? 'no compression' : `compressed by ${how}`),
    name: 'compression',
    tell: (how = 'never') => how,
    changes: 'before-launch',
  }),
  parallel: setting({
    at: ['stream', 'parallelConnections'],
    argument: 'streams',
    unset: 'auto',
    asNumber: 'a number of streams, or "auto"',
    help: 'parallel connections: a number, 1 for one plain stream; auto: where one cannot fill the link',
    manual:
      'Parallel connections: a number up to 255, `1` for one plain stream; `auto`: several where the link carries more than one can. Several rule out post-copy before QEMU 10.1',
    parse: parseConnections,
    write: String,
    check: (count) =>
      Number.isInteger(count) && count >= 1 && count <= mostConnections
        ? null
        : `must be a whole number from 1 (one stream) to ${mostConnections}`,
    state: (count) => (count === undefined ? null : count === 1 ? 'one stream' : `${count} streams`),
    name: 'parallel connections',
    tell: (count = 1) => String(count),
    changes: 'before-launch',
  }),
  bandwidth: setting({
    at: ['stream', 'bandwidthMiBps'],
    argument: 'rate',
    unset: 'none',
    help: 'most that the migration may use of the link, e.g. 100MiB/s, 2Gbit/s',
    manual:
      'The most that the migration may use of the link, in whole MiB/s, post-copy included: `100MiB/s`, `2Gbit/s`. The forecast reckons with it. `none`: all that the link carries',
    parse: (text) => Math.floor(parseRate(text) / MiB),
    write: (mebibytesPerSecond) => `${mebibytesPerSecond}MiB/s`,
    check: (mebibytesPerSecond) => (mebibytesPerSecond >= 1 ? null : 'must be at least 1MiB/s'),
    state: (mebibytesPerSecond) => (mebibytesPerSecond === undefined ? null : `at most ${mebibytesPerSecond} MiB/s`),
    name: 'bandwidth',
    tell: (mebibytesPerSecond) => (mebibytesPerSecond === undefined ? 'unlimited' : `${mebibytesPerSecond} MiB/s`),
    changes: 'while-running',
  }),
}

function parseConnections(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new InputError('bad-intent', `"${text}" is not "auto" or a number of streams`)
}

function parseRetries(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new InputError('bad-intent', `"${text}" is not a number of times: write 0, 1, 2 and so on`)
}

function parseTimeWorth(text: string): number {
  if (/^\d{1,3}(\.\d{1,4})?$/.test(text)) return Number(text)
  throw new InputError('bad-intent', `"${text}" is not a number of seconds of work: write 0.1, 0.4, 2 and so on`)
}
