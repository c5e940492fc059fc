import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { repository, tarballsFolder } from '../places.ts'

/** The Node of Long Term Support before ours, and the oldest of it that `engines` names. */
export const olderNodes = ['22.23.3', '22.16.0'] as const

const nodesFolder = join(repository, 'dist/nodes')

/** The `node` of an older release; null is the one that runs this. */
export function nodeOf(release: (typeof olderNodes)[number] | null): string {
  return release === null ? process.execPath : join(nodesFolder, release, 'node_modules/node/bin/node')
}

/** Every Node that the packages are for, by name. */
export const nodes: readonly (readonly [string, string])[] = [null, ...olderNodes].map((release) => [
  release ?? process.versions.node,
  nodeOf(release),
])

/** Brings the older releases in, as the repository brings its own: by npm's `node` package. */
export async function bringNodes(): Promise<void> {
  for (const release of olderNodes) {
    if (existsSync(nodeOf(release))) continue
    const folder = join(nodesFolder, release)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
    await run('npm', ['install', '--no-save', `node@${release}`], { cwd: folder })
  }
}

export interface Ran {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd?: string
  /** Found before every other `node`: what a script's first line names. */
  readonly node?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Instead of an error. */
  readonly mayFail?: boolean
}

/** Runs a program to its end. */
export function run(command: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd = repository, node = process.execPath, environment = {}, mayFail = false } = options
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`, ...environment }
  return new Promise((resolve, reject) => {
    execFile(command, words, { cwd, env, maxBuffer: 2 ** 26 }, (error, out, err) => {
      const exitCode = error === null ? 0 : error.code
      if (typeof exitCode === 'number' && (exitCode === 0 || mayFail)) resolve({ exitCode, out, err })
      else reject(new Error(`${command} ${words.join(' ')}: ${err}${out}`, { cause: error }))
    })
  })
}

/** A folder in which nothing of this repository is found. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'landfall-package-'))

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true })
    writeFileSync(join(this.path, name), text)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export const tarballs = (): readonly string[] => readdirSync(tarballsFolder).map((name) => join(tarballsFolder, name))

/** The version of a dependency that this repository pins. */
export function pinned(name: string): string {
  // Of this repository: a package.json of npm's shape.
  const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>
  }
  const version = devDependencies[name]
  if (version === undefined) throw new Error(`${name} is not pinned`)
  return `${name}@${version}`
}
