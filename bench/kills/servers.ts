import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@landfall/lab'
import type { Store } from '@landfall/server'
import { hashOf, newToken } from '@landfall/server'

const command = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))

/** A start is what takes longest here. */
const compiled = join(tmpdir(), 'landfall-kills-compiled')

export interface ServerPlace {
  readonly name: string
  /** The hosts file; `[server]` is added. */
  readonly hosts: string
  /** Where its configuration and its log lie. */
  readonly folder: string
  /** `LANDFALL_STORE` */
  readonly store: string
  /** It ended, and nobody had it end. */
  readonly onDied?: (why: Error) => void
}

/** A token that may operate, which the servers of that store take. */
export async function tokenIn({ tokens }: Store): Promise<string> {
  const token = newToken()
  await tokens.add({ name: 'bench', scope: 'operate', hash: hashOf(token), createdAt: Date.now(), expiresAt: null })
  return token
}

/** A `landfall serve` at one address, however often it dies. */
export class Server {
  readonly name: string
  readonly url: string
  readonly #config: string
  readonly #store: string
  readonly log: string
  readonly #onDied: ServerPlace['onDied'] | undefined
  #child: ChildProcess | null = null
  /** It was asked to end. */
  #isToEnd = false

  private constructor({ name, hosts, folder, store, onDied }: ServerPlace, port: number) {
    this.name = name
    this.url = `http://127.0.0.1:${port}`
    this.#config = join(folder, `${name}.toml`)
    this.log = join(folder, `${name}.log`)
    this.#store = store
    this.#onDied = onDied
    writeFileSync(this.#config, `${hosts}\n[server]\nlisten = "127.0.0.1:${port}"\nrequests_per_second = 1000\n`)
  }

  static async at(place: ServerPlace): Promise<Server> {
    return new Server(place, await freePort())
  }

  /** Null while it does not run. */
  get pid(): number | null {
    const child = this.#child
    return child === null || child.exitCode !== null || child.signalCode !== null ? null : (child.pid ?? null)
  }

  /** Starts it, and kills it so long after that, wherever it is in its start. */
  async startAndKill(afterMs: number): Promise<void> {
    const started = this.start().catch(() => null)
    await delay(afterMs)
    await this.kill()
    await started
  }

  /** Returns once it answers; how long that took, in ms. */
  async start(): Promise<number> {
    const beganAt = performance.now()
    const child = spawn(process.execPath, [command, 'serve', '--config', this.#config], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...labsOf(),
        NODE_COMPILE_CACHE: compiled,
        LANDFALL_STORE: this.#store,
      },
    })
    this.#child = child
    this.#isToEnd = false
    child.once('exit', (code, signal) => {
      if (!this.#isToEnd) this.#onDied?.(new Error(`${this.name} ended by itself (${code ?? signal}): see ${this.log}`))
    })
    const ready = Promise.withResolvers<void>()
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        appendFileSync(this.log, text)
        if (text.includes('"msg":"ready"')) ready.resolve()
      })
    }
    const died = once(child, 'exit').then(() => {
      throw new Error(`${this.name} ended before it was ready: see ${this.log}`)
    })
    await Promise.race([ready.promise, died])
    died.catch(() => undefined)
    return performance.now() - beganAt
  }

  signal(signal: NodeJS.Signals): void {
    appendFileSync(this.log, `--- ${signal} at ${new Date().toISOString()}\n`)
    this.#child?.kill(signal)
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null || this.pid === null) return
    const ended = once(child, 'exit')
    this.#isToEnd = true
    this.signal('SIGKILL')
    await ended
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child === null || this.pid === null) return
    const ended = once(child, 'exit')
    this.#isToEnd = true
    this.signal('SIGTERM')
    await ended
  }
}

const labsOf = (): Record<string, string> =>
  Object.fromEntries(
    ['LANDFALL_LABS', 'LANDFALL_CACHE'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
