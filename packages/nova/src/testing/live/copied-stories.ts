import type { LiveStory, Setting } from './story.ts'
import {
  GiB,
  MiB,
  base,
  guestOf,
  guestWithPass,
  never,
  nothing,
  perGiB,
  plateauProof,
  postCopyHelps,
  proves,
  story,
} from './story.ts'

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
      mayBe: ['post-copy-not-permitted', 'forced-to-complete', 'guest-writes-faster-than-link'],
    }))
  }
  const options = { ...spec.options, timeoutAction: 'force_complete', completionTimeoutS: perGiB(spec, atS) } as const
  return story({ ...spec, options }, (course) => ({
    causes: [...proves('post-copy-not-permitted', course.told.outcome), ...plateauProof(course, spec)],
    mayBe: ['guest-writes-faster-than-link'],
  }))
}
