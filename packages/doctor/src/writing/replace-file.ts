import type { Stats } from 'node:fs'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { doctorError } from '../errors.ts'

/** A file as it was read, to be replaced only while it still is so. */
export interface FileBefore {
  /** Of the file itself, where a link was named. */
  readonly path: string
  /** Null where there is none yet. */
  readonly bytes: Buffer | null
}

/** @throws LandfallError `bad-config` for what cannot be replaced without harm: nothing was changed */
export function readForReplacing(path: string): FileBefore {
  const refuse = (why: string, cause?: unknown): Error =>
    doctorError('bad-config', `${path} cannot be written: ${why}`, 'Nothing of it was changed', cause)
  try {
    const link = lstatSync(path, { throwIfNoEntry: false })
    if (link === undefined) {
      if (!statSync(dirname(path)).isDirectory()) throw refuse('there is no such folder')
      return { path: join(realpathSync(dirname(path)), basename(path)), bytes: null }
    }
    const target = realpathSync(path)
    const stats = statSync(target)
    if (!stats.isFile()) throw refuse('it is no regular file')
    if (stats.nlink > 1) throw refuse(`it has ${stats.nlink} names (hard links), which a replacement would part`)
    return { path: target, bytes: readFileSync(target) }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw refuse(error.message.replace(/^\w+: /, ''), error)
    throw error
  }
}

export interface Replaced {
  /** Copy of what was there; null where nothing was. */
  readonly backup: string | null
}

/**
 * Puts `bytes` in the file's place: a copy of the old beside it, a temporary file written and flushed in the same folder, renamed
 * over the old. Whoever dies whenever, the file is the old one or the new one. Permissions and owner stay; a new file gets those of
 * `like`. Temporary files that a killed run left are cleared away.
 *
 * @throws LandfallError `bad-config`: the file is as it was
 */
export function replaceFile(before: FileBefore, bytes: Buffer, now: Date, like: string | null = null): Replaced {
  const { path } = before
  try {
    clearLeftovers(path)
    const model = modelOf(before, like)
    const backup = before.bytes === null ? null : backUp(path, before.bytes, now, model)
    const temporary = temporaryOf(path)
    try {
      writeFlushed(temporary, bytes, model)
      const there = readIfThere(path)
      if (!same(there, before.bytes)) throw new Error('it was changed by somebody else meanwhile')
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    flushFolder(dirname(path))
    return { backup }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw doctorError('bad-config', `${path} cannot be written: ${why}`, 'It is as it was', error)
  }
}

const readIfThere = (path: string): Buffer | null => {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

const same = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b))

type Model = Pick<Stats, 'mode' | 'uid' | 'gid'>

function modelOf({ path, bytes }: FileBefore, like: string | null): Model | null {
  if (bytes !== null) return statSync(path)
  return like === null ? null : (statSync(like, { throwIfNoEntry: false }) ?? null)
}

/** Never over another backup; one with the same content, which a killed run may have left, is enough. */
function backUp(path: string, bytes: Buffer, now: Date, model: Model | null): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const prefix = `${basename(path)}.bak-`
  const earlier = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .at(-1)
  if (earlier !== undefined) {
    const kept = join(dirname(path), earlier)
    if (same(readIfThere(kept), bytes)) return kept
  }
  const temporary = temporaryOf(path)
  try {
    writeFlushed(temporary, bytes, model)
    for (let number = 0; ; number += 1) {
      const backup = join(dirname(path), `${prefix}${stamp}${number === 0 ? '' : `-${number}`}`)
      if (statSync(backup, { throwIfNoEntry: false }) !== undefined) continue
      renameSync(temporary, backup)
      return backup
    }
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Hidden, so that no --config-dir reads it; the process is in it, so that a later run knows whether it still lives. */
let made = 0
const temporaryOf = (path: string): string => {
  made += 1
  return join(dirname(path), `.${basename(path)}.landfall-${process.pid}-${made}`)
}

function clearLeftovers(path: string): void {
  const mine = `.${basename(path)}.landfall-`
  for (const name of readdirSync(dirname(path))) {
    const [, pid] = name.startsWith(mine) ? (/^(\d+)-\d+$/.exec(name.slice(mine.length)) ?? []) : []
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(path), name), { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function writeFlushed(path: string, bytes: Buffer, model: Model | null): void {
  // Closed to others until it has the owner and the mode of the file that it becomes.
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    const { uid, gid } = statSync(path)
    if (model !== null && (model.uid !== uid || model.gid !== gid)) fchownSync(file, model.uid, model.gid)
    fchmodSync(file, model === null ? 0o640 : model.mode & 0o7777)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
