import type { Intent } from '@landfall/core'
import { formatBytes, formatDuration } from '@landfall/core'
import type { Release } from '../../options/release.ts'
import { newestRelease } from '../../options/release.ts'
import { novaOptions } from '../../options/schema.ts'
import { spanInWords } from '../../rules/schedule.ts'
import { takesEffect } from '../../rules/takes-effect.ts'
import type { ThrottleCost } from './auto-converge.ts'
import { throttleCost } from './auto-converge.ts'
import type { Cause, CauseCode, MigrationFinding } from '../finding.ts'
import type { ConfigByHost } from '../settings/host-options.ts'
import { optionsOfHost } from '../settings/host-options.ts'
import type { LandfallAdvice } from './landfall-instead.ts'
import { landfallInstead } from './landfall-instead.ts'
import { inWords } from './advice-in-words.ts'
import type { WrittenByHost } from './written-options.ts'

/** An option to set, as it is written. */
export interface OptionToSet {
  readonly group: 'DEFAULT' | 'libvirt' | 'compute'
  readonly name: string
  readonly value: string
}

/** A change of Nova's configuration. */
export interface Change {
  /** What it is against. */
  readonly against: CauseCode
  readonly options: readonly OptionToSet[]
  /** For an override file: `[libvirt]`, `live_migration_permit_auto_converge = true`. */
  readonly fileLines: readonly string[]
  /** Which side of a migration reads it. */
  readonly readOn: 'source' | 'destination'
  /** Those of this migration. Any hypervisor may be the next source: a change belongs on all of them. */
  readonly hosts: readonly string[]
  /** `reload` (SIGHUP) where Nova takes it while it runs, else `restart`, which must not be done during a migration. */
  readonly takesEffect: 'restart' | 'reload'
  readonly does: string
  readonly guestFeels: {
    readonly message: string
    readonly stallMs: number | null
    /** Auto-converge's levels and what they cost. */
    readonly throttle: ThrottleCost | null
  }
}

export interface Advice {
  /** Any one of them; what is gentlest to the guest first. Empty where no option helps. */
  readonly changes: readonly Change[]
  /** What would have been among them, and is set on the source already: these logs are from before, or it did not help. */
  readonly made: readonly Change[]
  /** What no option does: one sentence each. */
  readonly others: readonly string[]
  readonly landfall: LandfallAdvice | null
}

export interface AdviceOptions {
  readonly config?: ConfigByHost
  /** What the hosts' files set, of any option; of hosts whose files are known. */
  readonly written?: WrittenByHost
  /** Of the hosts' Nova, where it is known better than from the log. */
  readonly release?: Release
  /** What Landfall is to keep to; a careful operator's when absent. */
  readonly intent?: Intent
}

/** What to do about a migration that was slow or failed. */
export function adviceFor(finding: MigrationFinding, options: AdviceOptions = {}): Advice {
  const changes = new Map<string, Change>()
  const made = new Map<string, Change>()
  for (const cause of finding.causes) {
    for (const change of changesAgainst(cause, finding, options)) {
      if (change.options.length === 0 || isIdle(change, finding, options)) continue
      const those = isSet(change, finding, options) ? made : changes
      const key = change.fileLines.join('\n')
      if (!those.has(key)) those.set(key, change)
    }
  }
  return {
    changes: [...changes.values()],
    made: [...made.values()],
    others: [...new Set(finding.causes.flatMap((cause) => inWords(cause, finding, options.written)))],
    landfall: finding.kind === 'live' && finding.causes.length > 0 ? landfallInstead(finding, options.intent) : null,
  }
}

type Now = (option: string) => string | null

/** The source's value of an option, as far as its configuration is known or its lines show it. */
function nowOn({ from, shown }: MigrationFinding, { config = new Map() }: AdviceOptions): Now {
  const source = optionsOfHost(from, config, [])
  return (option) => {
    const set = source.flag(option) ?? source.number(option) ?? source.text(option)
    return set === null ? (shown[option] ?? null) : String(set)
  }
}

/** Where post-copy is permitted Nova leaves auto-converge out, and forcing is a switch instead of a pause. */
function isIdle(change: Change, finding: MigrationFinding, options: AdviceOptions): boolean {
  return (
    nowOn(finding, options)('libvirt.live_migration_permit_post_copy') === 'true' &&
    change.options.length === 1 &&
    change.options.some(({ name }) =>
      ['live_migration_permit_auto_converge', 'live_migration_timeout_action'].includes(name),
    )
  )
}

function isSet(change: Change, finding: MigrationFinding, options: AdviceOptions): boolean {
  const now = nowOn(finding, options)
  return change.options.every(({ group, name, value }) => now(`${group}.${name}`) === value)
}

function changesAgainst(cause: Cause, finding: MigrationFinding, options: AdviceOptions): Change[] {
  const release = options.release ?? finding.releases?.newest ?? newestRelease
  const oldest = options.release ?? finding.releases?.oldest ?? release
  const make = changeMaker(cause.code, finding, release, oldest)
  const { numbers } = cause
  switch (cause.code) {
    case 'guest-writes-faster-than-link':
      return againstPlateau(numbers, finding, make, atTimeout(finding, options))
    case 'post-copy-not-permitted':
      return [postCopy(make, numbers['wouldEndS'] ?? null, null, atTimeout(finding, options))]
    case 'timeout-before-first-pass':
      return [longerTimeout(make, numbers, finding)].filter((change) => change !== null)
    case 'downtime-steps-too-far-apart': {
      const neededMs = numbers['neededDowntimeMs'] ?? 0
      const downtimeMs = Math.max(100, Math.ceil((neededMs * 1.2) / 10) * 10)
      return [
        make(
          [
            ['libvirt', 'live_migration_downtime', String(downtimeMs)],
            ['libvirt', 'live_migration_downtime_steps', '3'],
            ['libvirt', 'live_migration_downtime_delay', '3'],
          ],
          `the pause grows to ${formatDuration(downtimeMs)} within seconds instead of at the end of the timeout`,
          {
            message: `it is paused for ${formatDuration(Math.ceil(neededMs))}, once`,
            stallMs: neededMs,
            throttle: null,
          },
        ),
      ]
    }
    case 'aborted-by-timeout':
      if (numbers['progressTimeoutS'] === undefined) return []
      return [
        make(
          [['libvirt', 'live_migration_progress_timeout', '0']],
          'no more false alarms of a saw-tooth; the completion timeout goes on to count',
          nothingFelt,
        ),
      ]
    case 'link-slow':
      if (numbers['allowedBytesPerSecond'] === undefined) return []
      return [
        make([['libvirt', 'live_migration_bandwidth', '0']], 'the stream may use all of the link', {
          message: 'its own network traffic shares the link with the stream',
          stallMs: null,
          throttle: null,
        }),
      ]
    case 'queued':
      return [
        make(
          [['DEFAULT', 'max_concurrent_live_migrations', '2']],
          'two at once: worth it only for guests that do not fill the link, which halves for each',
          {
            message: 'its passes take twice as long while another runs, and leave more',
            stallMs: null,
            throttle: null,
          },
        ),
      ]
    case 'pre-check-failed':
    case 'aborted-by-operator':
    case 'source-service-restarted':
    case 'instance-deleted':
    case 'destination-full':
    case 'never-started':
    case 'hypervisor-error':
    case 'service-silent':
    case 'cleanup-incomplete':
    case 'end-unexplained':
      return []
    case 'forced-to-complete':
      return [postCopy(make, null, null, atTimeout(finding, options))]
  }
}

type Make = (
  options: readonly (readonly [OptionToSet['group'], name: string, value: string])[],
  does: string,
  guestFeels: Change['guestFeels'],
) => Change

const nothingFelt: Change['guestFeels'] = { message: 'nothing', stallMs: null, throttle: null }

function changeMaker(against: CauseCode, finding: MigrationFinding, release: Release, oldest: Release): Make {
  return (set, does, guestFeels) => {
    // What a release does not know is not read: leave it out, as far as the release is known.
    const known = set.filter(([group, name]) => {
      const option = novaOptions.find((each) => each.group === group && each.name === name)
      return option === undefined || option.periods.some(({ from, to }) => from <= release && to >= oldest)
    })
    const options = known.map(([group, name, value]) => ({ group, name, value }))
    const groups = [...new Set(options.map(({ group }) => group))]
    return {
      against,
      options,
      fileLines: groups.flatMap((group) => [
        `[${group}]`,
        ...options.filter((option) => option.group === group).map(({ name, value }) => `${name} = ${value}`),
      ]),
      readOn: 'source',
      hosts: finding.from === null ? [] : [finding.from],
      takesEffect: takesEffect(options, oldest, release),
      does,
      guestFeels,
    }
  }
}

/** A plateau ends by a switch to post-copy, by one pause, or by a guest that is slowed until it no longer is one. */
function againstPlateau(numbers: Cause['numbers'], finding: MigrationFinding, make: Make, when: string): Change[] {
  const { plateauBytes, linkBytesPerSecond: link } = numbers
  const totalBytes = finding.curve.at(-1)?.totalBytes ?? 0
  if (link === undefined || !(link > 0)) return []
  // Of all memory: zero pages make it shorter, which a ramp's upper bound does not count on.
  const firstPassS = totalBytes / link
  const left = plateauBytes ?? null
  const stallMs = left === null ? null : (left / link) * 1000
  const throttle =
    left === null || finding.writeBytesPerSecond === null
      ? null
      : throttleCost(firstPassS, left, link, finding.writeBytesPerSecond)
  const slowed =
    throttle === null
      ? 'slowed by 20 % after two passes, by 10 % more every two passes, up to 99 %'
      : `slowed by 20 % after ${seconds(throttle.levels[0]?.fromS)} and by 10 % more every ${seconds((2 * (left ?? 0)) / link)}, up to 99 % (stopped for 990 ms of each second) if it has to be: ${seconds(throttle.lostWorkS.low)} to ${seconds(throttle.lostWorkS.high)} of its work are lost, and it takes ${seconds(throttle.totalS.low)} to ${seconds(throttle.totalS.high)}`
  return [
    postCopy(make, stallMs === null ? null : (numbers['firstPassS'] ?? firstPassS) + stallMs / 1000, stallMs, when),
    make(
      [['libvirt', 'live_migration_timeout_action', 'force_complete']],
      `at the completion timeout${when} the guest is paused until the rest is sent, instead of an abort`,
      {
        message:
          stallMs === null
            ? 'it is paused until what is left has been sent'
            : `it is paused for ${formatDuration(Math.round(stallMs))} to ${formatDuration(Math.round(2 * stallMs))} (${formatBytes(left ?? 0)} at the link's rate, and the rest of the pass under way), once`,
        stallMs: stallMs === null ? null : 2 * stallMs,
        throttle: null,
      },
    ),
    make([['libvirt', 'live_migration_permit_auto_converge', 'true']], 'QEMU slows the guest until its passes shrink', {
      message: slowed,
      stallMs: throttle?.levels.at(-1)?.stallMs ?? null,
      throttle,
    }),
  ]
}

/** When that is for this guest: ", after 5.3 h for its 24 GiB (800 s per GiB)". Nothing where its size is not known. */
function atTimeout(finding: MigrationFinding, { config = new Map() }: AdviceOptions): string {
  const totalBytes = finding.curve.at(-1)?.totalBytes ?? 0
  if (totalBytes === 0) return ''
  const set = optionsOfHost(finding.from, config, []).number('libvirt.live_migration_completion_timeout')
  const seen = finding.causes.map(({ numbers }) => numbers['timeoutS']).find((each) => each !== undefined)
  if (set === null && seen !== undefined) return `, ${spanInWords(seen)} as it was set then,`
  const perGiB = set ?? 800
  const gib = Math.max(2, Math.floor(totalBytes / 2 ** 30))
  if (perGiB === 0) return ', which is off here (live_migration_completion_timeout = 0: set it),'
  const size = totalBytes < 2 ** 31 ? 'a guest of up to 2 GiB' : `its ${gib} GiB`
  return ` (${spanInWords(perGiB * gib)} for ${size}, ${perGiB} s per GiB${set === null ? ' by default' : ''})`
}

const seconds = (value: number | undefined): string => formatDuration(Math.round(value ?? 0) * 1000)

function postCopy(make: Make, endS: number | null, stallMs: number | null, when: string): Change {
  const until = endS === null ? '' : `; forced after its first pass, it is over ${seconds(endS)} after the copy begins`
  const change = make(
    [
      ['libvirt', 'live_migration_permit_post_copy', 'true'],
      ['libvirt', 'live_migration_timeout_action', 'force_complete'],
    ],
    `at the completion timeout${when} (or at a force-complete through the API) the guest is moved first and its memory follows${until}`,
    {
      message: `it runs on, slowed while its pages follow${stallMs === null ? '' : ` (no more than ${formatDuration(Math.round(stallMs))} of its work)`}; until they have, it depends on both hosts and the link, and is lost if one fails`,
      stallMs: null,
      throttle: null,
    },
  )
  if (change.options.length > 1) return change
  // Before Stein a timeout always aborted, and Nova switched by itself.
  return {
    ...change,
    does: `once a pass gains less than 10 % (or at a force-complete through the API) the guest is moved first and its memory follows${until}`,
  }
}

/**
 * So that two first passes fit, counted per GiB as Nova counts. What the guest's size is, the samples say, and not the
 * configuration: that may have been changed since.
 */
function longerTimeout(make: Make, numbers: Cause['numbers'], finding: MigrationFinding): Change | null {
  const { timeoutS, firstPassS } = numbers
  if (timeoutS === undefined || firstPassS === undefined) return null
  // Nova counts copied disks as well, where there are any: this is then more than it has to be.
  const gib = Math.max(2, Math.floor((finding.curve.at(-1)?.totalBytes ?? 0) / 2 ** 30))
  const wanted = Math.ceil((2 * firstPassS) / gib)
  return make(
    [['libvirt', 'live_migration_completion_timeout', String(wanted)]],
    `the guest gets ${formatDuration(Math.round(wanted * gib) * 1000)}, twice what its first pass takes, instead of ${formatDuration(timeoutS * 1000)}`,
    nothingFelt,
  )
}
