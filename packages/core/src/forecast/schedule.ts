import type { Facts } from '../facts.ts'
import { range } from '../range.ts'
import type { Schedule } from '../schedule.ts'
import { qemuRamp } from '../schedule.ts'
import type { Bytes, Milliseconds, Percent } from '../units.ts'
import { formatDuration } from '../units.ts'
import type { Forecast } from './forecast.ts'
import { ratesInWords } from './rates-in-words.ts'
import type { CopyStretch } from './copying/passes.ts'
import { whole } from './copying/passes.ts'
import type { Scenario, Scenarios } from './copying/scenario.ts'
import { sendMs } from './copying/scenario.ts'
import { effectiveDuty, throttleStallMs } from './throttle.ts'

/** QEMU ≥ 9.2 syncs so often while its throttle is on, and may raise it at every second sync. */
const syncMs: Milliseconds = 5000
const mostThrottle: Percent = 99
/** A pass that leaves at least this share of the one before will leave it for ever, unless something else changes. */
const standstill = 0.9995
/** Whatever is rewritten is rewritten within this. */
const longMs: Milliseconds = 1e8
/** Days of passes; more are not worth a second of planning. */
const mostPasses = 20_000

export interface Course {
  readonly end: 'by-itself' | 'aborted' | 'post-copy' | 'suspended' | 'never'
  /** From the request. */
  readonly atMs: Milliseconds
  readonly totalMs: Milliseconds
  readonly downtimeMs: Milliseconds
  readonly stallMs: Milliseconds
  readonly lostSeconds: number
  readonly bytes: Bytes
  readonly passes: number
  readonly stretches: readonly CopyStretch[]
  readonly throttlePercent: Percent
}

/** What would come of another manager's schedule, honestly: also that it will not finish. */
export function forecastSchedule(schedule: Schedule, facts: Facts, { low, likely, high, curve }: Scenarios): Forecast {
  const [best, middle, worst] = [low, likely, high].map((scenario) => courseOf(schedule, facts, scenario))
  const finishes = ends(middle) && ends(worst) ? 'yes' : ends(best) || ends(middle) ? 'uncertain' : 'no'
  const rates = ratesInWords(curve, likely.link)
  const shared = { strategy: 'schedule', finishes, withinIntent: { ok: true } } as const
  const why = `${inWords(schedule)}: ${middle === undefined ? '' : courseInWords(middle)} (${rates})`
  if (!best || !middle || !worst || !ends(middle)) {
    const nothing = { totalTimeMs: null, downtimeMs: null, longestStallMs: null, lostWorkSeconds: null } as const
    return { ...shared, ...nothing, bytesSent: null, passes: null, throttlePercent: null, why }
  }
  // Where the best or the worst reading does not end, its figures say nothing.
  const from = ends(best) ? best : middle
  const to = ends(worst) ? worst : middle
  const of = (figure: (course: Course) => number) => range(figure(from), figure(middle), figure(to))
  return {
    ...shared,
    totalTimeMs: of(({ totalMs }) => totalMs),
    downtimeMs: of(({ downtimeMs }) => downtimeMs),
    longestStallMs: of(({ stallMs }) => stallMs),
    lostWorkSeconds: of(({ lostSeconds }) => lostSeconds),
    bytesSent: of(({ bytes }) => bytes),
    passes: of(({ passes }) => passes),
    throttlePercent: middle.throttlePercent === 0 ? null : middle.throttlePercent,
    why,
  }
}

const ends = (course: Course | undefined): boolean =>
  course !== undefined && course.end !== 'aborted' && course.end !== 'never'

function inWords({ pauses, timeoutMs, timeoutAction, autoConverge }: Schedule): string {
  const [first, last] = [pauses[0], pauses.at(-1)]
  const steps =
    first === undefined || last === undefined
      ? ''
      : `pause ${formatDuration(first.downtimeMs)} to ${formatDuration(last.downtimeMs)} after ${formatDuration(last.afterMs)}`
  const ramp = autoConverge ? ", QEMU's own throttle" : ''
  const action = timeoutAction === 'abort' ? 'aborted' : 'forced'
  return `${steps}${ramp}, ${timeoutMs === null ? 'no timeout' : `${action} after ${formatDuration(timeoutMs)}`}`
}

function courseInWords({ end, atMs, downtimeMs, throttlePercent }: Course): string {
  const at = formatDuration(atMs)
  switch (end) {
    case 'by-itself':
      return `ends after ${at}${throttlePercent > 0 ? `, throttled by up to ${throttlePercent} %` : ''}`
    case 'aborted':
      return `will not finish, aborted after ${at} by its timeout`
    case 'never':
      return 'will never finish, and has no timeout to end it'
    case 'post-copy':
      return `will not end by itself, forced after ${at} by post-copy`
    case 'suspended':
      return `will not end by itself, forced after ${at} by a pause of about ${formatDuration(downtimeMs)}`
  }
}

/** More teeth than these are drawn as wider ones. */
const mostTeeth = 40

/** So many passes of one kind; a great many are put together, so that they take as long. */
function alike(passes: number, pass: CopyStretch): readonly CopyStretch[] {
  const teeth = Math.min(passes, mostTeeth)
  return Array.from({ length: teeth }, () => ({ ...pass, tookMs: (pass.tookMs * passes) / teeth }))
}

/** A course may have tens of thousands of passes; a picture of it has room for so many. */
const mostDrawn = 400

/** The same course in no more stretches than are drawn: neighbours are put together, so that it ends where it ends. Pure. */
function fewer(stretches: readonly CopyStretch[]): readonly CopyStretch[] {
  const together = Math.ceil(stretches.length / mostDrawn)
  if (together <= 1) return stretches
  const fewerOf: CopyStretch[] = []
  for (let at = 0; at < stretches.length; at += together) {
    const part = stretches.slice(at, at + together)
    const [first, last] = [part[0], part.at(-1)]
    if (first === undefined || last === undefined) break
    const tookMs = part.reduce((sum, each) => sum + each.tookMs, 0)
    fewerOf.push({ fromBytes: first.fromBytes, toBytes: last.toBytes, tookMs })
  }
  return fewerOf
}

/** Pass by pass, with the pause and the throttle that hold then. */
export function courseOf(schedule: Schedule, facts: Facts, scenario: Scenario): Course {
  const { pauses, autoConverge } = schedule
  const timeoutMs = schedule.timeoutMs ?? Infinity
  const { link, switchoverMs, teardownMs } = scenario
  let nowMs: Milliseconds = scenario.prepareMs
  let sending: Bytes = scenario.firstPassBytes
  let bytes: Bytes = 0
  let lostMs: Milliseconds = 0
  let throttle: Percent = 0
  const stretches: CopyStretch[] = []
  let highRates = 0
  const figures = (end: Course['end'], atMs: Milliseconds, pauseMs: Milliseconds, passes: number): Course => ({
    end,
    atMs,
    totalMs: atMs + switchoverMs + teardownMs,
    downtimeMs: pauseMs,
    stallMs: Math.max(pauseMs, throttleStallMs(throttle)),
    lostSeconds: (lostMs + pauseMs) / 1000,
    bytes,
    passes,
    stretches: fewer(stretches),
    throttlePercent: throttle,
  })
  const forced = (passes: number, startedPassMs: Milliseconds): Course => {
    if (schedule.timeoutAction === 'abort') return figures('aborted', timeoutMs, 0, passes)
    // What the pass had still to send then, and what was written again meanwhile.
    const sentMs = Math.max(0, timeoutMs - startedPassMs)
    const pending = Math.max(0, sending - (link * sentMs) / 1000)
    const left = Math.min(
      passes === 1 ? facts.memoryBytes : Math.max(sending, scenario.distinct(longMs)),
      pending + scenario.distinct(sentMs * effectiveDuty(throttle, facts)),
    )
    const restMs = sendMs(left, link)
    stretches.push({ fromBytes: sending, toBytes: pending, tookMs: sentMs }, whole(left, link))
    bytes += left
    const byPostCopy = schedule.postCopy && facts.postCopy.possible
    if (byPostCopy) lostMs += restMs * 0.5
    const end = byPostCopy ? 'post-copy' : 'suspended'
    const course = figures(end, timeoutMs, switchoverMs + (byPostCopy ? 0 : restMs), passes)
    return { ...course, totalMs: timeoutMs + restMs + switchoverMs + teardownMs }
  }
  for (let pass = 1; pass <= mostPasses; pass++) {
    const beganMs = nowMs
    const wholeMs = sendMs(sending, link)
    const raised = throttle
    let workMs: Milliseconds = 0
    for (let restMs = wholeMs; restMs > 0;) {
      const stretchMs = throttle > 0 ? Math.min(restMs, syncMs) : restMs
      const duty = effectiveDuty(throttle, facts)
      workMs += stretchMs * duty
      lostMs += stretchMs * (1 - duty) + scenario.lostMs(stretchMs * duty)
      restMs -= stretchMs
      nowMs += stretchMs
      const found = scenario.distinct(stretchMs * duty)
      if (autoConverge && stretchMs > 1000 && found > (link * stretchMs) / 2000 && ++highRates >= 2) {
        highRates = 0
        throttle =
          throttle === 0 ? qemuRamp.initialPercent : Math.min(mostThrottle, throttle + qemuRamp.incrementPercent)
      }
    }
    if (nowMs > timeoutMs) return forced(pass, beganMs)
    bytes += sending
    stretches.push(whole(sending, link))
    const left = scenario.distinct(workMs)
    const limitMs = pauses.findLast(({ afterMs }) => nowMs > afterMs)?.downtimeMs ?? 0
    if (sendMs(left, link) <= limitMs) {
      bytes += left
      stretches.push(whole(left, link))
      const pauseMs = switchoverMs + Math.max(sendMs(left, link), Math.min(limitMs, sendMs(sending, link)) * 0.6)
      return figures('by-itself', nowMs + sendMs(left, link), pauseMs, pass + 1)
    }
    const stands = pass > 1 && left >= sending * standstill && throttle === raised && (!autoConverge || highRates === 0)
    sending = left
    if (!stands) continue
    // Nothing changes before the next step: its time is not worth being gone through pass by pass.
    const next = Math.min(pauses.find(({ afterMs }) => afterMs >= nowMs)?.afterMs ?? Infinity, timeoutMs)
    if (next === Infinity) return figures('never', nowMs, 0, pass)
    const skipped = Math.max(0, Math.floor((next - nowMs) / sendMs(sending, link)))
    bytes += skipped * sending
    stretches.push(...alike(skipped, whole(sending, link)))
    lostMs += skipped * scenario.lostMs(sendMs(sending, link))
    nowMs += skipped * sendMs(sending, link)
  }
  return figures('never', nowMs, 0, mostPasses)
}
