import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A file of the console, as it is sent. */
export interface ConsoleFile {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
  /** Its name changes with what is in it, so that a browser may keep it. */
  readonly keeps: boolean
}

/** By path within the console: `index.html`, `assets/index-1a2b.js`. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The built console, all of it in memory: what is asked for is looked up, and no path of a request ever reaches the disk. Null where it is not built. */
export function readConsole(folder: string): ConsoleFiles | null {
  if (!existsSync(join(folder, 'index.html'))) return null
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Map(
    paths.flatMap((path) => {
      const type = types[extname(path)]
      if (type === undefined) return []
      const body = new Uint8Array(readFileSync(join(folder, path)))
      const file = { type, body, gzipped: new Uint8Array(gzipSync(body)), keeps: path.startsWith('assets/') }
      return [[path, file] as const]
    }),
  )
}
