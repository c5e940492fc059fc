import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What a server that runs for long must not hold more and more of. */
export interface Held {
  readonly rssMiB: number
  /** Open files and sockets. */
  readonly descriptors: number
  /** With what belongs to the file (WAL); 0 for a store elsewhere. */
  readonly storeKiB: number
}

export function heldBy(pid: number, store: string): Held {
  const [, kibibytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return {
    rssMiB: Math.round(Number(kibibytes) / 1024),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    storeKiB: store.startsWith('postgres') ? 0 : sizeOf(store),
  }
}

function sizeOf(file: string): number {
  const folder = dirname(file)
  const files = readdirSync(folder).filter((name) => name.startsWith(basename(file)))
  return Math.round(files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1024)
}
