// The rules checked by promtool, and a real Prometheus that scrapes a real service: npm run test:monitoring
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const monitoring = fileURLToPath(new URL('../../../../packaging/monitoring/', import.meta.url))
const command = fileURLToPath(new URL('../../../../packages/cli/bin/landfall.mjs', import.meta.url))
const rules = join(monitoring, 'landfall.rules.yml')
const alerts = readFileSync(rules, 'utf8').match(/^ *- alert: /gm)?.length ?? 0

let folder: string
let started: ChildProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-monitoring-'))
  started = []
})
afterEach(async () => {
  for (const child of started.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  rmSync(folder, { recursive: true })
})

test('promtool takes the rules, and each is told when it should be and not otherwise', () => {
  const checked = spawnSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' })
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining(`SUCCESS: ${alerts} rules found`)])
  const told = spawnSync('promtool', ['test', 'rules', join(monitoring, 'landfall.rules.test.yml')], {
    encoding: 'utf8',
  })
  expect([told.status, told.stdout + told.stderr]).toEqual([0, expect.stringContaining('SUCCESS')])
})

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, LANDFALL_STATE: folder })

/** Starts it, and waits until it has printed that. */
async function run(program: string, words: readonly string[], printed: RegExp): Promise<RegExpExecArray> {
  const child = spawn(program, words, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** One sample of that value. */
const one = (value: string) => ({ result: [{ value: [expect.any(Number), value] }] })

test('a Prometheus scrapes a service, sees that a host is silent, and has every rule in use', async () => {
  const config = join(folder, 'landfall.toml')
  const silent = `qemu+unix:///system?socket=${folder}/nobody`
  writeFileSync(config, `[hosts.host1]\nuri = "${silent}"\n[server]\nlisten = "127.0.0.1:0"\n`)
  const made = spawnSync(process.execPath, [command, 'token', 'create', 'prometheus'], {
    encoding: 'utf8',
    env: environment(),
  })
  expect(made.status).toBe(0)
  writeFileSync(join(folder, 'token'), made.stdout.trim())
  const [, url = ''] = await run(
    process.execPath,
    [command, 'serve', '--config', config],
    /"url":"([^"]+)","msg":"ready"/,
  )
  const scraping = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ["${rules}"]
scrape_configs:
  - job_name: landfall
    authorization: { credentials_file: "${folder}/token" }
    static_configs: [{ targets: ["${new URL(url).host}"] }]
`
  writeFileSync(join(folder, 'prometheus.yml'), scraping)
  const port = await freePort()
  await run(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/tsdb`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    /ready to receive web requests/,
  )
  const ask = async (path: string): Promise<{ readonly data: unknown }> =>
    (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as { readonly data: unknown }
  const valueOf = async (query: string): Promise<unknown> =>
    (await ask(`query?query=${encodeURIComponent(query)}`)).data
  const patience = { timeout: 60_000 }
  await expect.poll(() => valueOf('up{job="landfall"}'), patience).toMatchObject(one('1'))
  await expect.poll(() => valueOf('landfall_host_up{host="host1"}'), patience).toMatchObject(one('0'))
  await expect.poll(() => valueOf('landfall_store_up'), patience).toMatchObject(one('1'))
  // Evaluated without a fault, and this one found something.
  const health = async (): Promise<unknown> => {
    const { groups } = (await ask('rules')).data as {
      readonly groups: readonly { readonly rules: readonly { readonly health: string }[] }[]
    }
    return groups.flatMap((group) => group.rules.map((rule) => rule.health))
  }
  await expect.poll(health, patience).toEqual(Array.from({ length: alerts }, () => 'ok'))
  await expect
    .poll(() => valueOf('ALERTS{alertname="LandfallHostSilent"}'), patience)
    .toMatchObject({ result: [{ metric: { alertstate: 'pending', host: 'host1' } }] })
})
