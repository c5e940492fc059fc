// The service that the suite's commands ask where LANDFALL_SUITE_SERVER says so: npm run test:three-ways.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, watch, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { hashOf, newToken, openStore } from '@landfall/server'
import { PostgresServer } from '@landfall/server/testing'
import { openLab } from '../../src/index.ts'
import type { SuiteLab, SuiteService } from '../support/suite-lab.ts'

const stores = ['sqlite', 'postgres'] as const

/** Raises the service of a laboratory; disposed of it has ended, and its database is gone. */
export async function raiseService(
  wanted: string,
  command: string,
  { name, stateDirectory }: SuiteLab,
): Promise<SuiteService & AsyncDisposable> {
  const kind = stores.find((each) => each === wanted)
  if (kind === undefined) throw new Error(`LANDFALL_SUITE_SERVER takes one of ${stores.join(', ')}`)
  const database = kind === 'postgres' ? await PostgresServer.start() : null
  const store = database?.url() ?? join(stateDirectory, 'migrations')
  const token = newToken()
  await using opened = openStore(store)
  await opened.tokens.add({
    name: 'suite',
    scope: 'operate',
    hash: hashOf(token),
    createdAt: Date.now(),
    expiresAt: null,
  })
  const config = join(stateDirectory, 'suite-service.toml')
  const settings = '[server]\nlisten = "127.0.0.1:0"\nrequests_per_second = 1000\nnova_config_from_requests = true\n'
  const { hostsFile } = openLab(name)
  const configure = (): void => writeFileSync(config, `${readFileSync(hostsFile, 'utf8')}\n${settings}`)
  configure()
  const child = spawn(process.execPath, [command, 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANDFALL_STORE: store },
  })
  const url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (printed.length < 100_000) printed += text
      const [, found] = /"url":"([^"]+)","msg":"ready"/.exec(printed) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error(`the service of the suite ended before it was ready:\n${printed}`)))
  })
  // A test that changes the link changes what the hosts file says of it, which a service reads when it is told to.
  const watching = watch(dirname(hostsFile), (_, file) => {
    if (file !== basename(hostsFile)) return
    configure()
    child.kill('SIGHUP')
  })
  const stop = async (): Promise<void> => {
    watching.close()
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    await database?.[Symbol.asyncDispose]()
  }
  return { url, token, store, [Symbol.asyncDispose]: stop }
}
