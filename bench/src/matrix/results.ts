import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { GuestKind, KvmKind } from '@landfall/lab'
import type { LinkChange } from './machine.ts'
import type { Run } from './run/run.ts'

/** What the first line of each start of a bench says. */
export interface About {
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryBytes: number
    readonly kernel: string
    readonly accelerator: string
    /** What the machine's KVM rests on; null without, absent in older results. It says nothing of guests that ran with TCG. */
    readonly kvm?: KvmKind | null
  }
  readonly hosts: { readonly release: string; readonly versions: readonly string[] }
  /** `linux` where the results do not say. */
  readonly guest?: GuestKind
  readonly memoryMiB: number
  readonly link: string
  /** Of the wide matrix; the core's have none. */
  readonly row?: string
  /** 1, and true, where the oldest results do not say. */
  readonly vcpus?: number
  readonly fill?: boolean
  readonly linkChange?: LinkChange
  /** Whether the managers that compress with XBZRLE did so; they did not where the results do not say. */
  readonly xbzrle?: boolean
  readonly longestRunMs: number
  readonly loadBefore: readonly number[]
  readonly startedAt: string
  /** Of this repository; missing in the oldest results. */
  readonly commit?: string
  /** What else is to be known of the machine while it ran: `--note`. */
  readonly note?: string
}

export interface Results {
  readonly name: string
  readonly about: About
  readonly runs: readonly Run[]
}

/** The newest results of the core matrix; null where there are none. */
export function newestResults(folder: string): Results | null {
  const name = filesIn(folder).at(-1)
  return name === undefined ? null : parseResults(name, readFileSync(join(folder, name), 'utf8'))
}

/** The newest of the core as it was with a Linux guest that rewrites 32 bytes of a page: a row of the wide matrix today. */
export function formerCore(folder: string): readonly Results[] {
  const all = rowResults(folder)
  // Until the core of today is recorded it stands for it.
  if (all.at(-1)?.about.guest === undefined) return []
  return all
    .filter(({ about }) => about.guest === undefined)
    .slice(-1)
    .map((results) => ({ ...results, about: { ...results.about, row: sparseRow } }))
}

export const sparseRow = 'sparse'

/** The results of the wide matrix, a file a row. */
export function rowResults(folder: string): readonly Results[] {
  return filesIn(folder).map((name) => parseResults(name, readFileSync(join(folder, name), 'utf8')))
}

const ending = '.jsonl'

/** Oldest first: 2026-11-24, 2026-11-24-2, 2026-11-25. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((each) => each.endsWith(ending))
  return names
    .map((each) => each.slice(0, -ending.length))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((each) => each + ending)
}

type Begun = { readonly cpu: string; readonly commit: string }

const goesOn = ({ machine, commit }: About, now: Begun): boolean => machine.cpu === now.cpu && commit === now.commit

/** The same for files that are named by their day: a bench that goes on after midnight goes on in yesterday's. */
export function fileOfDay(folder: string, day: string, now: Begun): string {
  const newest = newestResults(folder)
  return newest !== null && goesOn(newest.about, now) ? join(folder, newest.name) : fileFor(folder, day, now)
}

/**
 * Where results go: into the newest file of that name if it was begun by the same code on the same machine, so that a
 * bench that was broken off goes on, and into a new one else: figures of two machines or two versions are not mixed.
 */
export function fileFor(folder: string, name: string, now: Begun): string {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? '' : `-${number}`}${ending}`)
    if (!existsSync(path)) return path
    const { about } = parseResults(path, readFileSync(path, 'utf8'))
    if (goesOn(about, now)) return path
  }
}

/** Throws for a file that was not begun by a bench. */
export function parseResults(name: string, text: string): Results {
  const lines = text.split('\n').filter((line) => line !== '')
  const parsed = lines.map((line) => JSON.parse(line) as About | StoredRun)
  const about = parsed.findLast((each): each is About => 'machine' in each)
  if (about === undefined) throw new Error(`${name} does not say on which machine it was made`)
  return { name, about, runs: parsed.filter((each): each is StoredRun => 'contender' in each).map(runOf) }
}

/** A run as it was written down; the oldest results call what was predicted by another name. */
type StoredRun = Run | (Omit<Run, 'predicted'> & { readonly foretold: Run['predicted'] })

function runOf(stored: StoredRun): Run {
  if (!('foretold' in stored)) return stored
  const { foretold, ...run } = stored
  return { ...run, predicted: foretold }
}
