import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'

const debianFolder = '/usr/lib/postgresql'

/** Where Debian's newest PostgreSQL has its programs; null where it is not installed. */
export function postgresPrograms(): string | null {
  if (!existsSync(debianFolder)) return null
  const [newest] = readdirSync(debianFolder)
    .filter((name) => existsSync(join(debianFolder, name, 'bin/initdb')))
    .toSorted((one, other) => Number(other) - Number(one))
  return newest === undefined ? null : join(debianFolder, newest, 'bin')
}

/** Root may not run it: then it is the user whom Debian's package makes. */
function unprivileged(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres to run PostgreSQL as')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A real PostgreSQL of its own, in a folder that goes with it, on a socket in there. */
export class PostgresServer implements AsyncDisposable {
  readonly #programs: string
  readonly #folder: string
  readonly #who = unprivileged()
  #child: ChildProcess | null = null

  private constructor(programs: string) {
    this.#programs = programs
    this.#folder = mkdtempSync(join(tmpdir(), 'landfall-pg-'))
    chmodSync(this.#folder, 0o750)
    if (this.#who !== null) chownSync(this.#folder, this.#who.uid, this.#who.gid)
  }

  /** @throws where PostgreSQL is not installed, with what to do */
  static async start(): Promise<PostgresServer> {
    const programs = postgresPrograms()
    if (programs === null) {
      throw new Error(
        'PostgreSQL is not installed: "npm test -- --only postgres" does it, or "apt-get install postgresql"',
      )
    }
    const server = new PostgresServer(programs)
    const data = [
      '--pgdata',
      server.#data,
      '--username',
      'landfall',
      '--auth',
      'trust',
      '--no-sync',
      '--encoding',
      'UTF8',
    ]
    // A language whose order is not that of the bytes, wherever there is one.
    const made = spawnSync(join(programs, 'initdb'), [...data, '--locale', 'C.UTF-8'], {
      ...server.#who,
      cwd: server.#folder,
      encoding: 'utf8',
    })
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
    await server.startAgain()
    return server
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  url(database = 'postgres'): string {
    return `postgres://landfall:not-asked-for@localhost/${database}?host=${encodeURIComponent(this.#folder)}`
  }

  /** A new database in it. */
  async database(name: string): Promise<string> {
    const client = new Client({ connectionString: this.url() })
    await client.connect()
    await client.query(`create database ${name}`)
    await client.end()
    return this.url(name)
  }

  /** After {@link kill}; returns once it answers. */
  async startAgain(): Promise<void> {
    const settings = [
      '-c',
      'listen_addresses=',
      '-c',
      `unix_socket_directories=${this.#folder}`,
      '-c',
      'max_connections=60',
    ]
    const ready = join(this.#programs, 'pg_isready')
    const deadline = performance.now() + 300_000
    while (spawnSync(ready, ['-q', '-h', this.#folder]).status !== 0) {
      if (performance.now() > deadline) throw new Error('PostgreSQL does not start')
      // One that was killed leaves processes that take a moment to notice; until then another refuses to start.
      if (!isRunning(this.#child)) {
        // It goes with the process that started it, however that ends.
        const command = ['--pdeathsig', 'QUIT', '--', join(this.#programs, 'postgres'), '-D', this.#data, ...settings]
        this.#child = spawn('setpriv', command, {
          ...this.#who,
          cwd: this.#folder,
          stdio: 'ignore',
        })
      }
      await delay(50)
    }
  }

  /** As a power cut would: it writes nothing more, and its connections break. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === null || !isRunning(child)) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}

function isRunning(child: ChildProcess | null): boolean {
  return child !== null && child.exitCode === null && child.signalCode === null
}
