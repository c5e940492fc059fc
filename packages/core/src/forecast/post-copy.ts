import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { range } from '../range.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { formatBytes, formatRate } from '../units.ts'
import type { BrokenLimit, Forecast } from './forecast.ts'
import type { CopyStretch } from './copying/passes.ts'
import { lostInPasses, whole } from './copying/passes.ts'
import type { Scenario, Scenarios } from './copying/scenario.ts'
import { sendMs } from './copying/scenario.ts'
import { judge } from './within-intent.ts'

/**
 * Lost work while R bytes are pushed lies between next to nothing and a full standstill of R/B. The lab's random
 * writer over its whole set lost 5.4 s of 6.6 s: 0.8 of it.
 */
const likelyLostShare = 0.8
/** The longest gaps seen in the lab's guest were 0.29 and 0.44 s; a fault waits behind what the stream has queued. */
const likelyStallMs = 350

/**
 * What follows comes in pages of 4 KiB; the destination's kernel makes huge ones of them again at its leisure (16 MiB in 10 s as it is
 * usually set). A guest that reaches all over its memory did 55 to 86 % of its usual work for at least half a minute (lab, software KVM);
 * that is after the migration and in no figure of it.
 */
const afterwards = ({ accelerator }: Facts): string =>
  accelerator === 'kvm' ? ', and may be slower for a while after it, with what followed in 4 KiB pages' : ''

/** What is copied before the guest moves, and what follows it. */
export interface PostCopyCourse {
  readonly bytes: Bytes
  readonly pushed: Bytes
  /** Of the passes before. */
  readonly passesMs: readonly Milliseconds[]
  readonly stretches: readonly CopyStretch[]
}

export function postCopyCourse(intent: Intent, scenario: Scenario): PostCopyCourse {
  const { firstPassBytes, link } = scenario
  if (intent.postCopy === 'at-once') {
    const stretches = [whole(firstPassBytes, link)]
    return { bytes: firstPassBytes, pushed: firstPassBytes, passesMs: [], stretches }
  }
  const first = whole(firstPassBytes, link)
  const left = Math.min(firstPassBytes, scenario.distinct(first.tookMs))
  const { afterMs, leftBytes: pushed } = scenario.stopIn(left)
  const inPass = { fromBytes: left, toBytes: pushed, tookMs: afterMs }
  return {
    bytes: firstPassBytes + (link * afterMs) / 1000 + pushed,
    pushed,
    passesMs: [first.tookMs, afterMs],
    stretches: [first, ...(afterMs > 0 ? [inPass] : []), whole(pushed, link)],
  }
}

export function forecastPostCopy(intent: Intent, facts: Facts, readings: Scenarios): Forecast {
  const atOnce = intent.postCopy === 'at-once'
  const runs = [readings.low, readings.likely, readings.high].map((scenario) => {
    const { link } = scenario
    const { bytes, pushed, passesMs } = postCopyCourse(intent, scenario)
    return {
      bytes,
      pushed,
      switchMs: scenario.switchoverMs,
      liveLostMs: lostInPasses(scenario, passesMs),
      standstillMs: sendMs(pushed, link) + scenario.switchoverMs,
      totalMs: scenario.prepareMs + sendMs(bytes, link) + scenario.switchoverMs + scenario.teardownMs,
    }
  })
  const of = (figure: (run: (typeof runs)[number]) => number) => {
    const [a = 0, b = 0, c = 0] = runs.map(figure)
    return range(a, b, c)
  }
  const [, middle, worst] = runs
  const broken: BrokenLimit[] = []
  if (intent.postCopy === 'never') {
    broken.push({
      limit: 'post-copy',
      value: 'needed',
      allowed: 'never',
      remedy: { setting: 'post-copy', value: 'if-needed' },
    })
  }
  const totalTimeMs = of((run) => run.totalMs)
  const downtimeMs = of((run) => run.switchMs)
  const possible = facts.postCopy.possible
  const standstill = worst?.standstillMs ?? 0
  const likelyStall = Math.min(middle?.standstillMs ?? 0, Math.max(likelyStallMs, downtimeMs.likely))
  return {
    strategy: 'post-copy',
    finishes: possible ? 'yes' : 'no',
    totalTimeMs: possible ? totalTimeMs : null,
    downtimeMs: possible ? downtimeMs : null,
    longestStallMs: possible ? range(downtimeMs.low, likelyStall, standstill) : null,
    lostWorkSeconds: possible
      ? range(
          downtimeMs.low / 1000,
          (downtimeMs.likely +
            likelyLostShare * sendMs(middle?.pushed ?? 0, readings.likely.link) +
            (middle?.liveLostMs ?? 0)) /
            1000,
          (standstill + (worst?.liveLostMs ?? 0)) / 1000,
        )
      : null,
    bytesSent: possible ? of((run) => run.bytes) : null,
    passes: possible ? range(1, atOnce ? 1 : 2, 2) : null,
    throttlePercent: null,
    withinIntent: judge(intent, { totalTimeMs, downtimeMs }, broken),
    why: facts.postCopy.possible
      ? `the guest moves ${atOnce ? 'at once' : 'after pass 1'}, ${formatBytes(middle?.pushed ?? 0)} follow at ${formatRate(readings.likely.link)}; it then needs both hosts and the link until the end${afterwards(facts)}`
      : `post-copy is not possible: ${facts.postCopy.why}`,
  }
}
