// A service, and a real Prometheus that scrapes it each second with the rules that are delivered.
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@landfall/lab'
import { expect } from 'vitest'

export const monitoring = fileURLToPath(new URL('../../../../packaging/monitoring/', import.meta.url))
export const rules = join(monitoring, 'landfall.rules.yml')
const command = fileURLToPath(new URL('../../../../packages/cli/bin/landfall.mjs', import.meta.url))

/** One sample of that value. */
export const one = (value: string) => ({ result: [{ value: [expect.any(Number), value] }] })

/** Programs and their folder, until it is disposed of. */
export class Monitored implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'landfall-monitoring-'))
  readonly #started: ChildProcess[] = []
  #prometheus = ''

  /** A host that nobody answers for. */
  get silentUri(): string {
    return `qemu+unix:///system?socket=${this.#folder}/nobody`
  }

  /** @returns where it listens, and a token that may read and operate */
  async service(hosts: string): Promise<{ readonly url: string; readonly token: string }> {
    const config = join(this.#folder, 'landfall.toml')
    writeFileSync(config, `${hosts}\n[server]\nlisten = "127.0.0.1:0"\n`)
    const words = [command, 'token', 'create', 'prometheus', '--scope', 'operate']
    const made = spawnSync(process.execPath, words, { encoding: 'utf8', env: this.#environment })
    if (made.status !== 0) throw new Error(`no token was made:\n${made.stderr}`)
    const token = made.stdout.trim()
    writeFileSync(join(this.#folder, 'token'), token)
    const serve = [command, 'serve', '--config', config]
    const [, url = ''] = await this.#run(process.execPath, serve, /"url":"([^"]+)","msg":"ready"/)
    return { url, token }
  }

  async prometheus(service: string): Promise<void> {
    const scraping = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ["${rules}"]
scrape_configs:
  - job_name: landfall
    authorization: { credentials_file: "${this.#folder}/token" }
    static_configs: [{ targets: ["${new URL(service).host}"] }]
`
    writeFileSync(join(this.#folder, 'prometheus.yml'), scraping)
    this.#prometheus = `127.0.0.1:${await freePort()}`
    const words = [
      `--config.file=${this.#folder}/prometheus.yml`,
      `--storage.tsdb.path=${this.#folder}/tsdb`,
      `--web.listen-address=${this.#prometheus}`,
    ]
    await this.#run('prometheus', words, /ready to receive web requests/)
  }

  readonly ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://${this.#prometheus}/api/v1/${path}`)
    return ((await answer.json()) as { readonly data: unknown }).data
  }

  readonly valueOf = (query: string): Promise<unknown> => this.ask(`query?query=${encodeURIComponent(query)}`)

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    rmSync(this.#folder, { recursive: true })
  }

  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, LANDFALL_STATE: this.#folder }
  }

  /** Starts it, and waits until it has printed that. */
  async #run(program: string, words: readonly string[], printed: RegExp): Promise<RegExpExecArray> {
    const child = spawn(program, words, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#started.push(child)
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
    let text = ''
    const read = (data: Buffer): void => {
      text += data.toString()
      const found = printed.exec(text)
      if (found !== null) resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${text}`)))
    return promise
  }
}
