import type { CauseCode, MigrationOutcome } from '../diagnosis/finding.ts'
import type { Release } from '../options/release.ts'
import { dataGiB } from '../rules/schedule.ts'
import type { Dice } from './dice.ts'
import type { CopiedGuest } from './guest-copy.ts'
import type { LogLevel } from './host-log.ts'
import type { LiveCourse } from './live-migration.ts'
import type { LiveSpec } from './live-spec.ts'
import { defaultOptions } from './live-spec.ts'
import type { MigrationTruth, ProvenCause } from './truth.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30

/** A live migration that is going to happen, and how its truth follows from its course. */
export interface LiveStory {
  readonly spec: LiveSpec
  readonly truth: (course: LiveCourse) => MigrationTruth
}

/** What all stories of one log share. */
export interface Setting {
  readonly dice: Dice
  readonly release: Release
  readonly level: LogLevel
  readonly source: string
  readonly destination: string
  readonly startAt: number
  /** What the hosts' link carries: the same for all their migrations, where nothing else is said. */
  readonly linkBytesPerSecond: number
}

type Causes = (course: LiveCourse) => {
  readonly causes?: readonly ProvenCause[]
  readonly mayBe?: readonly CauseCode[]
  readonly outcomeMayBe?: readonly MigrationOutcome[]
  readonly outcome?: MigrationOutcome
  readonly mustBeFound?: boolean
  readonly orphanOn?: string | null
}

const outcomes = {
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
  refused: 'refused',
  restarted: 'failed',
  silent: 'unknown',
  running: 'running',
} as const

const story = (spec: LiveSpec, causes: Causes): LiveStory => ({
  spec,
  truth: (course) => {
    const says = causes(course)
    const { told } = course
    const named = Object.values(told)
    return {
      kind: 'live',
      instance: spec.instance,
      from: spec.source,
      to: spec.destination,
      startedAt: course.startedAt,
      endedAt: course.endedAt,
      outcome: says.outcome ?? outcomes[course.ended],
      outcomeMayBe: says.outcomeMayBe ?? [],
      outcomeProvenAt: told.outcome ?? told.refusal ?? told['queue-cancelled'] ?? told.restart ?? null,
      causes: says.causes ?? [],
      causesMayBe: says.mayBe ?? [],
      mustBeFound: says.mustBeFound ?? named.length > 0,
      destinationIsTold: course.ended === 'completed',
      orphanOn: says.orphanOn ?? null,
      passes: course.passes === 0 ? null : course.passes,
      linkBytesPerSecond: course.points.length >= 2 ? spec.guest.linkBytesPerSecond : null,
      writeBytesPerSecond: spec.guest.writeBytesPerSecond,
    }
  },
})

const nothing: Causes = () => ({})
const always = -Infinity
const proves = (code: CauseCode, provenAt: number | undefined): ProvenCause[] =>
  provenAt === undefined ? [] : [{ anyOf: [code], provenAt }]

/** So many times its memory has gone over the link: after that, passes that shrink are no explanation any more. */
const provingTimes = 3.2

const plateauProof = ({ points }: LiveCourse, { guest }: LiveSpec): ProvenCause[] =>
  proves(
    'guest-writes-faster-than-link',
    points.find(({ processedBytes }) => processedBytes >= provingTimes * guest.totalBytes)?.at,
  )

function base({ dice, source, destination, startAt }: Setting, guest: CopiedGuest, memoryMiB: number): LiveSpec {
  return {
    instance: dice.uuid(),
    source,
    destination,
    startAt,
    memoryMiB,
    copiedDiskBytes: [],
    guest,
    options: defaultOptions,
    queuedS: 0,
    beginning: { kind: 'copies' },
    interventions: {},
  }
}

const guestOf = (
  memoryMiB: number,
  rest: Omit<CopiedGuest, 'totalBytes' | 'autoConverge' | 'nonZeroShare'> & Partial<CopiedGuest>,
): CopiedGuest => ({
  // QEMU counts the video memory and the firmware too.
  totalBytes: memoryMiB * MiB + 532_480,
  nonZeroShare: 0.95,
  autoConverge: false,
  ...rest,
})

/** @param passS seconds that a whole pass takes */
function guestWithPass(
  { linkBytesPerSecond }: Setting,
  passS: number,
  hotShare: number,
  writes: number,
): [CopiedGuest, number] {
  const memoryMiB = Math.max(1, Math.round((linkBytesPerSecond * passS) / GiB)) * 1024
  return [
    guestOf(memoryMiB, {
      hotBytes: memoryMiB * MiB * hotShare,
      writeBytesPerSecond: writes * linkBytesPerSecond,
      linkBytesPerSecond,
    }),
    memoryMiB,
  ]
}

/** It never gets there: a hot set of seconds on the link, written many times faster. */
function never(setting: Setting): LiveSpec {
  const { dice } = setting
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(18, 38), dice.between(0.35, 0.85), dice.between(3, 20))
  return base(setting, guest, memoryMiB)
}

const postCopyHelps = ({ release }: Setting): readonly CauseCode[] => (release >= 14 ? ['post-copy-not-permitted'] : [])

const perGiB = (spec: LiveSpec, seconds: number): number =>
  Math.ceil(seconds / dataGiB(spec.memoryMiB, spec.copiedDiskBytes))

export function quick(setting: Setting): LiveStory {
  const { dice } = setting
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(3, 60), 0.01, dice.between(0, 0.2))
  const disks = dice.chance(0.4) ? [dice.between(1, 20) * GiB] : []
  return story({ ...base(setting, guest, memoryMiB), copiedDiskBytes: disks }, nothing)
}

export function severalPasses(setting: Setting): LiveStory {
  const { dice } = setting
  const [guest, memoryMiB] = guestWithPass(
    setting,
    dice.between(25, 90),
    dice.between(0.3, 0.6),
    dice.between(0.4, 0.9),
  )
  return story(base(setting, guest, memoryMiB), nothing)
}

export function autoConverge(setting: Setting): LiveStory {
  const { dice } = setting
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(12, 20), dice.between(0.3, 0.5), dice.between(2.5, 8))
  const spec = base(setting, { ...guest, autoConverge: true }, memoryMiB)
  return story(spec, () => ({ mayBe: ['guest-writes-faster-than-link'] }))
}

export function postCopy(setting: Setting, by: 'force' | 'timeout'): LiveStory {
  if (setting.release < 14) return quick(setting)
  const spec = never(setting)
  const atS = setting.dice.between(70, 200)
  const byTimeout = by === 'timeout' && setting.release >= 19
  return story(
    {
      ...spec,
      options: {
        ...spec.options,
        permitPostCopy: true,
        timeoutAction: byTimeout ? 'force_complete' : 'abort',
        completionTimeoutS: byTimeout ? perGiB(spec, atS) : 800,
      },
      interventions: byTimeout ? {} : { forceCompleteAtS: atS },
    },
    () => ({ mayBe: ['guest-writes-faster-than-link'] }),
  )
}

export function writesFaster(setting: Setting): LiveStory {
  const spec = never(setting)
  return story({ ...spec, interventions: { logEndsAtS: setting.dice.between(180, 420) } }, (course) => ({
    causes: plateauProof(course, spec),
    mayBe: ['guest-writes-faster-than-link'],
    // The log ends: that it is aborted later, or saved by post-copy, nobody can know.
    outcomeMayBe: ['unknown'],
  }))
}

export function timeout(setting: Setting): LiveStory {
  const spec = never(setting)
  const { dice, release } = setting
  const stuck = release <= 18 && dice.chance(0.4)
  const options = stuck
    ? { ...spec.options, progressTimeoutS: 150 }
    : { ...spec.options, completionTimeoutS: perGiB(spec, dice.between(130, 400)) }
  return story({ ...spec, options }, (course) => ({
    causes: [...proves('aborted-by-timeout', course.told.outcome), ...plateauProof(course, spec)],
    mayBe: ['guest-writes-faster-than-link', ...postCopyHelps(setting)],
  }))
}

export function timeoutBeforeFirstPass(setting: Setting): LiveStory {
  const { dice } = setting
  // A faster link carries a GiB in less than the shortest timeout that the option knows, 1 s for each.
  const linkBytesPerSecond = Math.min(setting.linkBytesPerSecond, 280e6)
  const completionTimeoutS = Math.max(1, Math.floor(GiB / linkBytesPerSecond / dice.between(1.8, 4)))
  const [guest, memoryMiB] = guestWithPass({ ...setting, linkBytesPerSecond }, dice.between(300, 600), 0.02, 0.1)
  const spec = base(setting, guest, memoryMiB)
  return story({ ...spec, options: { ...spec.options, completionTimeoutS } }, ({ told }) => ({
    causes: [...proves('timeout-before-first-pass', told.outcome), ...proves('aborted-by-timeout', told.outcome)],
    mayBe: postCopyHelps(setting),
  }))
}

export function operator(setting: Setting): LiveStory {
  const { dice } = setting
  if (dice.chance(0.5)) {
    const spec = never(setting)
    return story({ ...spec, interventions: { abortAtS: dice.between(140, 300) } }, (course) => ({
      causes: [...proves('aborted-by-operator', course.told.outcome), ...plateauProof(course, spec)],
      mayBe: ['guest-writes-faster-than-link', ...postCopyHelps(setting)],
    }))
  }
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(120, 300), 0.02, 0.1)
  const spec = base(setting, guest, memoryMiB)
  return story({ ...spec, interventions: { abortAtS: dice.between(40, 100) } }, ({ told }) => ({
    causes: proves('aborted-by-operator', told.outcome),
  }))
}

/** @param queuedS while another migration of the same host runs */
export function queued(setting: Setting, queuedS: number): LiveStory {
  const { release, level, dice } = setting
  const spec = { ...quick(setting).spec, queuedS }
  if (release >= 18 && (level === 'INFO' || dice.chance(0.2))) {
    return story({ ...spec, beginning: { kind: 'cancelled-in-queue' } }, ({ told }) => ({
      causes: proves('queued', told['queue-cancelled']),
      mayBe: ['never-started', 'source-service-restarted'],
      outcomeMayBe: ['unknown', 'refused'],
    }))
  }
  return story(spec, ({ told }) => ({
    causes: told.checked === undefined ? [] : proves('queued', told.copying),
    mayBe: ['queued'],
  }))
}

export function fullSpeed(setting: Setting): LiveStory {
  const link = setting.linkBytesPerSecond
  const memoryMiB = Math.ceil((link * setting.dice.between(75, 110)) / GiB) * 1024
  const guest = guestOf(memoryMiB, {
    hotBytes: 0.01 * memoryMiB * MiB,
    writeBytesPerSecond: link / 20,
    linkBytesPerSecond: link * setting.dice.between(0.93, 1.05),
  })
  return story(base(setting, guest, memoryMiB), nothing)
}

export function slowLink(setting: Setting): LiveStory {
  const { dice, linkBytesPerSecond } = setting
  const slow = linkBytesPerSecond / dice.between(8, 16)
  const memoryMiB = Math.ceil((slow * dice.between(300, 600)) / GiB) * 1024
  const guest = guestOf(memoryMiB, {
    hotBytes: 0.01 * memoryMiB * MiB,
    writeBytesPerSecond: slow / 20,
    linkBytesPerSecond: slow,
  })
  return story(base(setting, guest, memoryMiB), ({ told, points }) => ({
    causes: points.length < 3 ? [] : proves('link-slow', told.outcome),
    mayBe: ['link-slow'],
  }))
}

export function stepsTooFarApart(setting: Setting): LiveStory {
  const { dice, release } = setting
  const memoryMiB = dice.pick([2048, 3072, 4096] as const)
  const link = setting.linkBytesPerSecond
  // A hot set that takes so long on the link, written over and over.
  const neededS = release <= 14 ? dice.between(0.07, 0.16) : dice.between(0.11, 0.26)
  const guest = guestOf(memoryMiB, {
    hotBytes: link * neededS,
    writeBytesPerSecond: link * dice.between(6, 20),
    linkBytesPerSecond: link,
  })
  return story(base(setting, guest, memoryMiB), ({ told }) => ({
    causes: proves('downtime-steps-too-far-apart', told.outcome),
    mayBe: ['guest-writes-faster-than-link'],
  }))
}

export function forcedWithoutPostCopy(setting: Setting): LiveStory {
  const { dice, release } = setting
  const spec = never(setting)
  const atS = dice.between(110, 300)
  if (release < 14) return timeout(setting)
  if (release < 19) {
    return story({ ...spec, interventions: { forceCompleteAtS: atS } }, () => ({
      mayBe: ['post-copy-not-permitted', 'guest-writes-faster-than-link'],
    }))
  }
  const options = { ...spec.options, timeoutAction: 'force_complete', completionTimeoutS: perGiB(spec, atS) } as const
  return story({ ...spec, options }, (course) => ({
    causes: [...proves('post-copy-not-permitted', course.told.outcome), ...plateauProof(course, spec)],
    mayBe: ['guest-writes-faster-than-link'],
  }))
}

const preparationErrors = [
  [
    'ImageUnacceptable',
    'Image 80509faa-564e-42b8-9e0f-4cf167084dd2 is unacceptable: Image content does not match disk_format',
  ],
  [
    'VolumeBDMPathNotFound',
    'No volume Block Device Mapping at path: /dev/disk/by-path/ip-10.0.3.4:3260-iscsi-iqn.2010-10.org.openstack:volume-1',
  ],
  [
    'PortBindingFailed',
    'Binding failed for port 0c3c5ba0-6f1c-4bd7-9f4c-5a8a6d4f7a11, please check neutron logs for more information.',
  ],
] as const

const refused = (setting: Setting, beginning: LiveSpec['beginning'], causes: Causes): LiveStory =>
  story({ ...quick(setting).spec, beginning }, causes)

const refusal =
  (anyOf: readonly CauseCode[]): Causes =>
  ({ told }) => ({
    causes: [{ anyOf, provenAt: told.refusal ?? always }],
    mayBe: anyOf,
    outcomeMayBe: ['failed'],
  })

export function preCheck(setting: Setting): LiveStory {
  const { dice, release, level, source } = setting
  const kind = dice.pick(['preparation', 'preparation', 'storage', 'ports'] as const)
  if (kind === 'storage') {
    const error = `${source} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.`
    return refused(
      setting,
      { kind: 'check-refuses', on: 'source', class: 'InvalidSharedStorage', error },
      ({ told }) => ({
        // The refusal does not name its instance; a DEBUG line of the same request does.
        mustBeFound: level === 'DEBUG' && release >= 14,
        causes:
          level === 'DEBUG' && release >= 14 ? [{ anyOf: ['pre-check-failed'], provenAt: told.refusal ?? always }] : [],
        mayBe: ['pre-check-failed'],
        outcomeMayBe: ['failed'],
      }),
    )
  }
  if (kind === 'ports' && release >= 18) {
    return refused(setting, { kind: 'ports-time-out' }, refusal(['pre-check-failed', 'never-started']))
  }
  const [name, error] = dice.pick(preparationErrors)
  return refused(
    setting,
    { kind: 'preparation-fails', class: name, error },
    refusal(['pre-check-failed', ...(name === 'PortBindingFailed' ? (['destination-full'] as const) : [])]),
  )
}

export function destinationFull(setting: Setting): LiveStory {
  const { dice } = setting
  const full: readonly CauseCode[] = ['destination-full', 'pre-check-failed']
  const what = dice.next()
  if (what < 0.6) {
    const spec = quick(setting).spec
    const error = `Migration pre-check error: Unable to migrate ${spec.instance}: Disk of instance is too large(available on destination host:${dice.whole(1, 20)} < need:${dice.whole(30, 90)})`
    return story(
      { ...spec, beginning: { kind: 'check-refuses', on: 'source', class: 'MigrationPreCheckError', error } },
      refusal(full),
    )
  }
  if (what < 0.8) {
    return refused(
      setting,
      { kind: 'preparation-fails', class: 'OSError', error: '[Errno 28] No space left on device' },
      refusal(full),
    )
  }
  const error =
    "Unacceptable CPU info: CPU doesn't have compatibility.\n\n0\n\nRefer to http://libvirt.org/html/libvirt-libvirt-host.html#virCPUCompareResult"
  return refused(setting, { kind: 'check-refuses', on: 'destination', class: 'InvalidCPUInfo', error }, () => ({
    // No line names the instance.
    mustBeFound: false,
    mayBe: full,
    outcomeMayBe: ['failed'],
  }))
}

export function restarted(setting: Setting): LiveStory {
  const { dice, release } = setting
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(120, 300), 0.02, 0.1)
  const gone = release >= 20 && dice.chance(0.5)
  const interventions = { restartAtS: dice.between(40, 110), restartFindsItGone: gone }
  return story({ ...base(setting, guest, memoryMiB), interventions }, ({ told }) => ({
    causes: proves('source-service-restarted', told.restart),
    // Before Train nobody looks after the copy any more: it may end either way.
    outcomeMayBe: ['unknown', 'cancelled'],
    orphanOn: gone ? setting.destination : null,
  }))
}

export function neverStarted(setting: Setting): LiveStory {
  const { dice, release, level } = setting
  const silent = dice.chance(0.5)
  return refused(setting, silent ? { kind: 'goes-silent' } : { kind: 'stays-queued' }, ({ told }) => {
    const at = silent ? told.prepared : told.checked
    return {
      causes:
        at === undefined
          ? []
          : [{ anyOf: silent ? ['never-started'] : ['never-started', 'queued'], provenAt: at + 3_600_000 }],
      mayBe: ['never-started', ...(silent && release >= 18 && level === 'INFO' ? [] : (['queued'] as const))],
      outcome: 'unknown',
      outcomeMayBe: ['running'],
    }
  })
}

const failures = [
  'internal error: qemu unexpectedly closed the monitor: 2026-01-01T00:00:00.000000Z qemu-kvm: load of migration failed: Input/output error',
  "unable to connect to server at 'nova2:49152': Connection refused",
  'Unable to read from monitor: Connection reset by peer',
  'operation failed: migration job: unexpectedly failed',
  "internal error: unable to execute QEMU command 'migrate': this feature or command is not currently supported",
] as const

export function hypervisorError(setting: Setting): LiveStory {
  const { dice } = setting
  const failure = dice.pick(failures)
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(60, 200), 0.02, 0.1)
  const failAtS = failure.startsWith('unable to connect') ? 0.9 : dice.between(20, 55)
  return story({ ...base(setting, guest, memoryMiB), interventions: { failAtS, failure } }, ({ told }) => ({
    causes: proves('hypervisor-error', told.outcome),
  }))
}
