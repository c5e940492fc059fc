import type { ColdTimes, DirtyWindow, Experience, Overheads, Range } from '@landfall/core'
import { fewestExperiences, range } from '@landfall/core'
import type { Lesson } from './lesson.ts'

/** What earlier migrations say about the next one; only what several of them, or the guest's own, have shown. */
export interface History {
  /** Of this guest. */
  readonly usualFirstPassBytes?: number
  /** Of migrations from that host to that host, else of all. */
  readonly overheads: Partial<Pick<Overheads, 'prepareMs' | 'prepareSeen' | 'teardownMs'>>
  /** The rate between the two hosts. */
  readonly linkBytesPerSecond?: number
  /** What passes of this guest's migrations saw of its writing, with their age. */
  readonly passWindows: readonly DirtyWindow[]
  /** What each page's first write in a pass cost guests under KVM that left that host; absent where none has shown it. */
  readonly loggingMicrosecondsPerPage?: Range
  /** How migrations that went as planned came out within their ranges: of this guest between the hosts where there are enough, else of all between them. */
  readonly experience: readonly Experience[]
  /** Of this guest's cold migrations, wherever they went; empty where it has none. */
  readonly coldTimes: ColdTimes
}

export interface HistoryQuestion {
  readonly guestUuid: string
  readonly memoryBytes: number
  readonly source: string
  readonly destination: string
  readonly now: number
}

/** Migrations that are looked at for what a guest and two hosts usually do. */
export const lessonsAsked = 200
/** Older ones tell of other times. */
const keptMs = 30 * 24 * 3_600_000
/** The newest count: hosts and guests change. */
const newest = 7

const ofLink = ({ measured }: Lesson): number | null => measured.linkBytesPerSecond

/** Pure: what earlier migrations taught, oldest first, and what is asked. */
export function historyOf(lessons: readonly Lesson[], question: HistoryQuestion): History {
  const recent = lessons.filter(({ beganAt }) => question.now - beganAt <= keptMs)
  const live = recent.filter(({ measured }) => measured.cold === undefined)
  const between = live.filter(
    ({ source, destination }) => source === question.source && destination === question.destination,
  )
  const pair = between.length > 0 ? between : live
  const own = live.filter(({ guestUuid }) => guestUuid === question.guestUuid)
  const ofGuest = own.filter(({ memoryBytes }) => memoryBytes === question.memoryBytes)
  const usual = middle(ofGuest, ({ measured }) => measured.firstPassBytes)
  const back = live.filter(
    ({ source, destination }) => source === question.destination && destination === question.source,
  )
  // Links carry the same both ways, as far as nobody has seen otherwise.
  const link = middle(between, ofLink) ?? middle(back, ofLink)
  const prepareMs = middle(pair, ({ measured }) => measured.prepareMs)
  const teardownMs = middle(pair, ({ measured }) => measured.teardownMs)
  const restarts = recent.filter(({ guestUuid }) => guestUuid === question.guestUuid)
  const shutdownMs = middle(restarts, ({ measured }) => measured.cold?.shutdownMs)
  const startMs = middle(restarts, ({ measured }) => measured.cold?.startMs)
  const bootMs = middle(restarts, ({ measured }) => measured.cold?.bootMs)
  const logging = loggingFrom(live.filter(({ source }) => source === question.source))
  return {
    ...(logging === null ? {} : { loggingMicrosecondsPerPage: logging }),
    coldTimes: {
      ...(shutdownMs === null ? {} : { shutdownMs }),
      ...(startMs === null ? {} : { startMs }),
      ...(bootMs === null ? {} : { bootMs }),
    },
    ...(usual === null ? {} : { usualFirstPassBytes: usual }),
    ...(link === null ? {} : { linkBytesPerSecond: link }),
    passWindows: passesOf(ofGuest, question.now),
    experience: experienceFrom(between, question.guestUuid),
    overheads: {
      ...(prepareMs === null ? {} : { prepareMs, prepareSeen: true }),
      ...(teardownMs === null ? {} : { teardownMs }),
    },
  }
}

/** So many of the newest tell how figures stray; before them it was another version, or other times. */
const tellingRanges = 40

function experienceFrom(between: readonly Lesson[], guest: string): readonly Experience[] {
  const own = between.filter(({ guestUuid }) => guestUuid === guest)
  const telling = (own.length >= fewestExperiences ? own : between).slice(-tellingRanges)
  return telling.flatMap(({ experience }) => experience)
}

/** Medians of the newest that can tell: their passes beside what was sampled just before them. */
function loggingFrom(lessons: readonly Lesson[]): Range | null {
  const seen = lessons.flatMap(({ logging }) => logging ?? []).slice(-newest)
  const of = (figure: (cost: Range) => number): number => {
    const values = seen.map(figure).toSorted((a, b) => a - b)
    return values[Math.floor((values.length - 1) / 2)] ?? 0
  }
  return seen.length === 0
    ? null
    : range(
        of(({ low }) => low),
        of(({ likely }) => likely),
        of(({ high }) => high),
      )
}

/** So many earlier migrations tell what a guest writes; more would outvote what is seen now. */
const tellingMigrations = 3
const [hourMs, dayMs] = [3_600_000, 24 * 3_600_000]
/** A guest does the same at the same time of day. */
const sameTimeOfDayMs = 3 * hourMs

/** Of the newest migrations at about this time of day, else of the newest. */
function passesOf(lessons: readonly Lesson[], now: number): readonly DirtyWindow[] {
  const apart = ({ beganAt }: Lesson): number => {
    const rest = (now - beganAt) % dayMs
    return Math.min(rest, dayMs - rest)
  }
  const atThisTime = lessons.filter((lesson) => apart(lesson) <= sameTimeOfDayMs)
  const telling = (atThisTime.length > 0 ? atThisTime : lessons).slice(-tellingMigrations)
  return telling.flatMap(({ passWindows, beganAt }) =>
    passWindows.map((window) => ({ ...window, ageMs: now - beganAt })),
  )
}

/** The median of the newest that have the figure; null when none has. */
function middle(lessons: readonly Lesson[], pick: (lesson: Lesson) => number | null | undefined): number | null {
  const values = lessons
    .flatMap((lesson) => pick(lesson) ?? [])
    .slice(-newest)
    .toSorted((a, b) => a - b)
  return values[Math.floor((values.length - 1) / 2)] ?? null
}
