import { closeSync, constants, fchownSync, lchownSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'

/**
 * Makes an empty file where there is none, with the folders above it. What root makes in a folder of somebody else's belongs to
 * them: a command of root's may be the first that writes into the store of a service which runs as a user of its own. What SQLite
 * puts beside a file has that file's owner by itself.
 */
export function makeFile(path: string): void {
  const folder = dirname(path)
  const first = mkdirSync(folder, { recursive: true, mode: 0o750 })
  const owner = statSync(first === undefined ? folder : dirname(first))
  const gives = process.getuid?.() === 0 && owner.uid !== 0
  if (first !== undefined && gives)
    for (const made of foldersFrom(first, folder)) lchownSync(made, owner.uid, owner.gid)
  const file = created(path)
  if (file === null) return
  if (gives) fchownSync(file, owner.uid, owner.gid)
  closeSync(file)
}

/** Null where it is there already, as a link of somebody else's would be: nothing is given away but what was made here. */
function created(path: string): number | null {
  try {
    return openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o640)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw error
  }
}

function foldersFrom(first: string, last: string): readonly string[] {
  const below = relative(first, last).split(sep).filter(Boolean)
  return [first, ...below.map((_, at) => [first, ...below.slice(0, at + 1)].join(sep))]
}
