import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLab } from '@landfall/lab'
import { expect } from 'vitest'
import type { LandfallProcess } from './landfall.ts'
import { command, expectExit, jsonOf, landfall, landfallEnvironment, supervised } from './landfall.ts'
import { suiteLab } from './suite-lab.ts'

/** A service over the laboratory's hosts, on a port of its own. */
export interface RunningService {
  readonly url: string
  readonly process: LandfallProcess
}

/** The hosts file of the laboratory, and how the service of this suite is run. */
export function serviceConfig(name: string, server = 'listen = "127.0.0.1:0"'): string {
  const path = join(suiteLab().stateDirectory, `${name}.toml`)
  writeFileSync(path, `${readFileSync(openLab(suiteLab().name).hostsFile, 'utf8')}\n[server]\n${server}\n`)
  return path
}

/** Starts the service and waits until it answers. */
export async function startService(config: string): Promise<RunningService> {
  const child = spawn(process.execPath, [command(), 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: landfallEnvironment(),
  })
  const running = supervised(child, 'landfall serve', 170_000)
  await running.prints(/"msg":"ready"/)
  const [, url] = /"url":"([^"]+)"/.exec(running.printed) ?? []
  if (url === undefined) throw new Error(`it did not say where it listens:\n${running.printed}`)
  return { url, process: running }
}

/** Ends it as systemd does, and waits for its end. */
export async function stopService({ process: running }: RunningService): Promise<void> {
  running.child.kill('SIGTERM')
  expectExit(await running.ended, 0)
}

/** A token that may do that, made by the command. */
export async function tokenFor(scope: 'read' | 'operate'): Promise<string> {
  const name = `${scope}-${Math.random().toString(36).slice(2)}`
  const made = await landfall(['token', 'create', name, '--scope', scope, '--json'], { config: null })
  expectExit(made, 0)
  const { token } = jsonOf(made) as { readonly token: string }
  expect(token).toMatch(/^landfall_/)
  return token
}

/** What is to be told of a service to whoever asks it. */
export const through = ({ url }: RunningService, token: string) =>
  ({ config: null, environment: { LANDFALL_SERVER: url, LANDFALL_TOKEN: token } }) as const
