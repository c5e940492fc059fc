import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const repository = new URL('../../', import.meta.url).pathname
const command = join(repository, 'packages/cli/bin/landfall.mjs')

export interface ConsoleOptions {
  readonly hostsFile: string
  /** Ends the service. */
  readonly signal: AbortSignal
  /** Told once it answers: where, and with which token. */
  readonly onReady: (address: string, token: string) => void
}

/** Runs the service with its console over the laboratory's hosts until it is told to stop, with a store that goes with it. */
export async function runConsole({ hostsFile, signal, onReady }: ConsoleOptions): Promise<void> {
  run(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', 'packages/console'], {
    ...process.env,
    NODE_ENV: 'production',
  })
  const folder = mkdtempSync(join(tmpdir(), 'landfall-demo-'))
  const env = { ...process.env, LANDFALL_STATE: folder }
  try {
    const config = join(folder, 'landfall.toml')
    writeFileSync(config, `${readFileSync(hostsFile, 'utf8')}\n[server]\nlisten = "127.0.0.1:0"\n`)
    const token = run([command, 'token', 'create', 'demo', '--scope', 'operate'], env).trim()
    const service = spawn(process.execPath, [command, 'serve', '--config', config], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(service, 'close')
    const stop = (): void => void service.kill('SIGTERM')
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    for await (const line of createInterface(service.stdout)) {
      const [, url] = /"url":"([^"]+)","msg":"ready"/.exec(line) ?? []
      if (url !== undefined) onReady(`${url}/`, token)
    }
    await closed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What it prints. */
function run(words: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, words, {
    cwd: repository,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${words.join(' ')} failed:\n${stderr}`, { cause: error })
  return stdout
}
