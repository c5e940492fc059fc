import { fileURLToPath } from 'node:url'
import { consoleFolder } from '@landfall/console'
import { findHosts, openNova, openStore } from '@landfall/server'
import type { Service } from '@landfall/server/service'
import { createLog, startService } from '@landfall/server/service'
import { hostSources, storePlace } from './context.ts'
import type { HostOptions } from './context.ts'
import { laboratoryMeter } from './laboratory.ts'
import { onLostOutput } from './output/terminal/lost-output.ts'
import { feedWatchdog, notifySystemd } from './systemd.ts'

/** Runs the service until it is told to stop; what is under way then goes on by itself, and is taken up at the next start. */
export async function serve(options: Omit<HostOptions, 'server'>, version: string): Promise<void> {
  const { hosts, intent, origin, server, openStack, notify, oidc } = await findHosts(hostSources(options))
  const log = createLog(server.logLevel, onLostOutput)
  await using store = openStore(storePlace())
  log.info({ hosts: hosts.map(({ name }) => name), from: origin }, 'starting')
  const meter = await laboratoryMeter(hosts)
  const stopped = untilSignal()
  const readAgain = async (service: Service): Promise<void> => {
    try {
      service.reconfigure(await findHosts(hostSources(options)))
    } catch (error) {
      log.error({ err: error }, 'the configuration cannot be used: the one before holds')
    }
  }
  const started = Promise.withResolvers<Service>()
  // Of its own it would end the process, and with it the steering.
  process.on('SIGHUP', () => void started.promise.then(readAgain))
  await using service = await startService({
    hosts,
    intent,
    server,
    store,
    meter,
    openStack,
    notify,
    oidc,
    nova: openNova(openStack, process.env),
    environment: process.env,
    version,
    consoleFolder: fileURLToPath(consoleFolder),
    log,
  })
  started.resolve(service)
  await notifySystemd('READY=1')
  const stopFeeding = feedWatchdog()
  const signal = await stopped
  stopFeeding()
  await notifySystemd('STOPPING=1')
  log.info({ signal, url: service.url }, 'stopping')
}

function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}
