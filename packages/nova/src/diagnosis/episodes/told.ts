import type { LogEvent, Said } from '../../logs/events.ts'
import type { HostLog } from '../../logs/host-log.ts'
import type { LogPlace } from '../finding.ts'

/** An event with the host whose log it is from. */
export interface Told<S extends Said = Said> {
  readonly host: string
  readonly at: number
  /** For ordering: like `at`, but never falls within a file, so that a clock set back does not shuffle its lines. */
  readonly key: number
  readonly request: string | null
  readonly said: S
  readonly place: LogPlace
}

/** One thing that can be said. */
export type Saying<W extends Said['what']> = Extract<Said, { what: W }>

/** Whether it is that. */
export const says =
  <W extends Said['what']>(...whats: readonly W[]) =>
  (told: Told): told is Told<Saying<W>> =>
    whats.some((what) => what === told.said.what)

/** What a host's log has of one instance. */
interface Piece {
  readonly log: HostLog
  readonly events: readonly LogEvent[]
}

/**
 * Everything by instance, of all hosts, in order; what was told without an instance goes to its request's. Put together anew each
 * time it is asked: of thousands of instances, one at a time is held.
 */
export function toldByInstance(logs: readonly HostLog[]): ReadonlyMap<string, () => Told[]> {
  const byInstance = new Map<string, Piece[]>()
  const instanceOf = new Map<string, string>()
  const add = (instance: string, piece: Piece): void => {
    const pieces = byInstance.get(instance)
    if (pieces === undefined) byInstance.set(instance, [piece])
    else pieces.push(piece)
  }
  for (const log of logs) {
    for (const [instance, events] of log.instances) {
      add(instance, { log, events })
      for (const { request } of events) if (request !== null) instanceOf.set(request, instance)
    }
  }
  for (const log of logs) {
    const unnamed = new Map<string, LogEvent[]>()
    for (const event of log.loose) {
      const instance = event.request === null ? undefined : instanceOf.get(event.request)
      // An unnamed guest's refusal is still one: kept by its request.
      const key = instance ?? (event.request === null ? null : `${unnamedGuest} (${event.request})`)
      if (key === null) continue
      const known = unnamed.get(key)
      if (known === undefined) unnamed.set(key, [event])
      else known.push(event)
    }
    for (const [instance, events] of unnamed) add(instance, { log, events })
  }
  for (const log of logs) {
    const known = Map.groupBy(log.strangers, ({ request }) => (request === null ? undefined : instanceOf.get(request)))
    for (const [instance, events] of known) if (instance !== undefined) add(instance, { log, events })
  }
  const aliases = aliasesOf(logs)
  return new Map(
    [...byInstance].map(([instance, pieces]) => [
      instance,
      () => pieces.flatMap((piece) => inOrder(piece, aliases)).sort((a, b) => a.key - b.key),
    ]),
  )
}

/** What the logs call hosts that somebody has given other names to; none that another log goes by. */
function aliasesOf(logs: readonly HostLog[]): ReadonlyMap<string, string> {
  const names = new Set(logs.map(({ host }) => host))
  return new Map(
    logs.flatMap(({ host, ownName }): [string, string][] =>
      ownName === null || sameHost(ownName, host) || names.has(ownName) ? [] : [[ownName, host]],
    ),
  )
}

function renamed(said: Said, aliases: ReadonlyMap<string, string>): Said {
  if (aliases.size === 0 || !('to' in said)) return said
  const name = (host: string): string => aliases.get(host) ?? host
  if (said.what === 'moved') return { ...said, from: name(said.from), to: name(said.to) }
  return said.to === null ? said : { ...said, to: name(said.to) }
}

/** Stands for the instance where no line of the request names it. */
export const unnamedGuest = 'unknown'

/** There are many, and few are shown: where each stands is put together when it is asked. */
class ToldEvent implements Told {
  readonly key: number
  readonly said: Said
  readonly #log: HostLog
  readonly #event: LogEvent

  constructor(log: HostLog, event: LogEvent, key: number, said: Said) {
    this.#log = log
    this.#event = event
    this.key = key
    this.said = said
  }

  get host(): string {
    return this.#log.host
  }

  get at(): number {
    return this.#event.at
  }

  get request(): string | null {
    return this.#event.request
  }

  get place(): LogPlace {
    return { host: this.#log.host, file: this.#log.files[this.#event.file] ?? '', line: this.#event.line }
  }
}

/** What two files of a host both have (a copy, a journal's export beside the log) is told once. */
function inOrder({ log, events }: Piece, aliases: ReadonlyMap<string, string>): Told[] {
  const latest = new Map<number, number>()
  const firstIn = new Map<string, number>()
  const inOneFile = events.every(({ file }) => file === events[0]?.file)
  const once = events.filter((event) => {
    if (inOneFile) return true
    const { at, said, file } = event
    const words = `${at} ${said.what} ${JSON.stringify(said)}`
    const before = firstIn.get(words)
    if (before === undefined) firstIn.set(words, file)
    return before === undefined || before === file
  })
  return once.map((event) => {
    const key = Math.max(latest.get(event.file) ?? -Infinity, event.at)
    latest.set(event.file, key)
    return new ToldEvent(log, event, key, renamed(event.said, aliases))
  })
}

/** What two names of one host have in common. */
export const shortName = (host: string): string => host.split('.', 1)[0] ?? ''

/** `compute-7` and `compute-7.example.org` are one host to Nova's operators. */
export function sameHost(a: string, b: string): boolean {
  if (a === b) return true
  const [shortA, shortB] = [shortName(a), shortName(b)]
  return shortA === shortB && (a === shortA || b === shortB)
}
