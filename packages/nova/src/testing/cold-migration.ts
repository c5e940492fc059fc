import type { Dice } from './lines/dice.ts'
import type { HostLog, LogContext, Said } from './lines/host-log.ts'
import { rpcTraceback } from './lines/tracebacks.ts'

export interface ColdSpec {
  readonly instance: string
  readonly startAt: number
  readonly shutdownS: number
  readonly copyS: number
  readonly ends: 'completed' | 'destination-full'
  readonly confirmed: boolean
}

export interface ColdCourse {
  readonly startedAt: number
  readonly endedAt: number
  readonly toldAt: number
}

const driver = 'nova.virt.libvirt.driver'
const manager = 'nova.compute.manager'

/** Says what nova-compute of both hosts would say of a cold migration. */
export function writeColdMigration(spec: ColdSpec, source: HostLog, destination: HostLog, dice: Dice): ColdCourse {
  const { instance, startAt } = spec
  const r = source.release
  const context: LogContext = {
    kind: 'request',
    request: `req-${dice.uuid()}`,
    user: dice.hex(32),
    project: dice.hex(32),
  }
  const on = (host: HostLog, at: number, said: Omit<Said, 'at' | 'instance'>): void =>
    host.say({ context, instance, ...said, at })
  const info = (host: HostLog, at: number, logger: string, message: string): void =>
    on(host, at, { level: 'INFO', logger, message })

  if (spec.ends === 'destination-full') {
    const lacks =
      r <= 18
        ? 'Free memory 512.00 MB < requested 8192 MB'
        : 'Requested instance NUMA topology cannot fit the given host NUMA topology'
    const error = `Insufficient compute resources: ${lacks}.`
    const raised = `${r < 20 ? '' : 'nova.exception.'}ComputeResourcesUnavailable: ${error}`
    if (r >= 26) info(destination, startAt, 'nova.compute.claims', `Failed to claim: ${lacks}`)
    on(destination, startAt + 5, {
      level: 'ERROR',
      logger: manager,
      message: `Error: ${error}${r >= 13 ? `: ${raised}` : ''}`,
      traceback: rpcTraceback(r, 'prep_resize', raised),
    })
    return { startedAt: startAt, endedAt: startAt + 5, toldAt: startAt + 5 }
  }

  const off = startAt + 400 + spec.shutdownS * 1000
  const up = off + spec.copyS * 1000
  if (r >= 18) info(destination, startAt, 'nova.compute.claims', `Claim successful on node ${destination.name}`)
  info(destination, startAt + 20, manager, 'Migrating')
  on(source, startAt + 300, {
    level: 'DEBUG',
    logger: driver,
    message: 'Starting migrate_disk_and_power_off',
    place: { method: 'migrate_disk_and_power_off', path: 'virt/libvirt/driver.py', line: 11068 },
  })
  info(source, off, driver, `Instance shutdown successfully after ${spec.shutdownS} seconds.`)
  info(source, off + 40, driver, 'Instance destroyed successfully.')
  on(destination, up - 2000, {
    level: 'DEBUG',
    logger: driver,
    message: 'Starting finish_migration',
    place: { method: 'finish_migration', path: 'virt/libvirt/driver.py', line: 11255 },
  })
  info(destination, up - 30, manager, 'VM Resumed (Lifecycle Event)')
  info(destination, up, driver, 'Instance running successfully.')
  on(destination, up + 3, {
    level: 'DEBUG',
    logger: driver,
    message: 'finish_migration finished successfully.',
    place: { method: 'finish_migration', path: 'virt/libvirt/driver.py', line: 11350 },
  })
  if (spec.confirmed && r >= 21) info(source, up + 45_000, manager, 'Confirming resize on source host.')
  return { startedAt: startAt, endedAt: up, toldAt: up }
}
