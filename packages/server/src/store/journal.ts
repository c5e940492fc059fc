import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { MigrationStory } from './story.ts'
import type { MigrationEntry } from './entry.ts'
import { tellStory } from './story.ts'

const suffix = '.jsonl'

/** Where the journals of a controller's migrations are kept: one file each, one JSON entry a line. */
export class JournalFolder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Opens a journal for writing; makes it where it does not exist. */
  open(id: string): Journal {
    mkdirSync(this.#path, { recursive: true, mode: 0o750 })
    return new Journal(this.#fileOf(id))
  }

  read(id: string): MigrationStory | null {
    return tellStory(readEntries(this.#fileOf(id), isNoSample))
  }

  /** As `read`, null also for a migration that is not ours. */
  find(id: string): MigrationStory | null {
    return existsSync(this.#fileOf(id)) ? this.read(id) : null
  }

  /** Every entry of a migration, samples and all. */
  entries(id: string): readonly MigrationEntry[] {
    return readEntries(this.#fileOf(id))
  }

  /** Adds to a migration's journal from outside: for its driver, or after its end. Nothing for one that is not ours. */
  note(id: string, entry: MigrationEntry): void {
    if (!existsSync(this.#fileOf(id))) return
    using journal = this.open(id)
    journal.write(entry)
  }

  /** Forgets a migration of which nothing was asked of any host. */
  discard(id: string): void {
    rmSync(this.#fileOf(id), { force: true })
  }

  #fileOf(id: string): string {
    return join(this.#path, id + suffix)
  }

  /** Every migration known here, or the newest so many, oldest first (ids begin with the time). */
  list(newest = Infinity): MigrationStory[] {
    let names: string[]
    try {
      names = readdirSync(this.#path)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
    return names
      .filter((name) => name.endsWith(suffix))
      .toSorted()
      .slice(newest === Infinity ? 0 : -newest)
      .flatMap((name) => this.read(name.slice(0, -suffix.length)) ?? [])
  }

  /** The newest migration without an end of the guest with that UUID or name. */
  unfinished(guest: string): MigrationStory | null {
    return (
      this.list().findLast(({ record, report }) => {
        return report === null && (record.guest.uuid === guest || record.guest.name === guest)
      }) ?? null
    )
  }
}

/** An open journal. Every entry but a sample is on the disk before `write` returns: intentions come before their acts. */
export class Journal implements Disposable {
  readonly #descriptor: number
  #open = true
  /** Half a line may stand at the end, of a killed process or a disk that was full: the next one begins anew. */
  #midLine: boolean

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a+', 0o640)
    this.#midLine = endsInMidLine(this.#descriptor)
  }

  /** @throws where the entry did not reach the disk as a whole */
  write(entry: MigrationEntry): void {
    const line = Buffer.from(`${this.#midLine ? '\n' : ''}${JSON.stringify(entry)}\n`)
    this.#midLine = true
    if (writeSync(this.#descriptor, line) < line.length) throw new Error('the disk is full')
    this.#midLine = false
    if (entry.kind !== 'sample') fsyncSync(this.#descriptor)
  }

  [Symbol.dispose](): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#descriptor)
  }
}

function endsInMidLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(descriptor, last, 0, 1, size - 1)
  return last.toString() !== '\n'
}

/** Samples are most of a journal and no part of its story: they need not even be parsed. */
const isNoSample = (line: string): boolean => !line.includes('"kind":"sample"')

/** A process killed in mid-write leaves half a line: all the others stand. */
function readEntries(path: string, wanted: (line: string) => boolean = () => true): MigrationEntry[] {
  const entries: MigrationEntry[] = []
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '' || !wanted(line)) continue
    try {
      // Written by this program alone, in a folder that only it may write.
      entries.push(JSON.parse(line) as MigrationEntry)
    } catch {
      continue
    }
  }
  return entries
}
