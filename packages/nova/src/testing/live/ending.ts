import type { LogContext } from '../lines/host-log.ts'
import { libvirtErrorSuffix, noContext } from '../lines/host-log.ts'
import { rpcTraceback } from '../lines/tracebacks.ts'
import type { Scribe } from './scribe.ts'
import { driver, manager } from './scribe.ts'

export function complete(scribe: Scribe, at: number, postCopy: boolean): number {
  const { instance, destination, copiedDiskBytes } = scribe.spec
  const r = scribe.source.release
  const source = scribe.source
  const context = r >= 18 ? scribe.request : scribe.threadContext()
  const end = at + scribe.dice.between(700, 2500)
  const lifecycle =
    r < 17
      ? 'VM Stopped (Lifecycle Event)'
      : postCopy
        ? 'VM Paused (Lifecycle Event)'
        : scribe.dice.pick(['VM Paused (Lifecycle Event)', 'VM Migration completed (Lifecycle Event)'])
  source.say({ at: at - 60, level: 'INFO', logger: manager, instance, message: lifecycle, context: scribe.periodic() })
  source.say({
    at: at - 30,
    level: 'INFO',
    logger: manager,
    instance,
    message: 'During sync_power_state the instance has a pending task (migrating). Skip.',
    context: scribe.periodic(),
  })
  scribe.tell('outcome', at, source, { level: 'INFO', logger: driver, message: 'Migration operation has completed' })
  scribe.onSource(at + 1, { level: 'INFO', logger: manager, instance, message: '_post_live_migration() is started..' })
  scribe.onSource(at + 9, {
    level: 'DEBUG',
    logger: driver,
    instance,
    message: 'Migration operation thread has finished',
    place: { method: '_live_migration_operation', path: 'virt/libvirt/driver.py', line: 10268 },
  })
  if (copiedDiskBytes.length > 0) {
    const folder = `/var/lib/nova/instances/${instance}_del`
    source.say({
      at: at + 20,
      level: 'INFO',
      logger: driver,
      instance,
      message: `Deleting instance files ${folder}`,
      context,
    })
    source.say({
      at: at + 28,
      level: 'INFO',
      logger: driver,
      instance,
      message: `Deletion of ${folder} complete`,
      context,
    })
  }
  scribe.onDestination(at + 250, {
    level: 'INFO',
    logger: manager,
    instance,
    message: 'Post operation of migration started',
  })
  scribe.destination.say({
    at: at + 120,
    level: 'INFO',
    logger: manager,
    instance,
    message: 'VM Resumed (Lifecycle Event)',
    context: scribe.periodic(),
  })
  source.say({
    at: end,
    level: 'INFO',
    logger: manager,
    instance,
    message: `Migrating instance to ${destination} finished successfully.`,
    context,
  })
  if (r <= 14) {
    source.say({
      at: end + 1,
      level: 'INFO',
      logger: manager,
      instance,
      context,
      message:
        'You may see the error "libvirt: QEMU error: Domain not found: no domain with matching name." This error can be safely ignored.',
    })
  }
  return end
}

export function cancel(scribe: Scribe, at: number): number {
  const cancelled = "operation aborted: job 'migration out' canceled by client"
  const short = scribe.source.release < 19 ? 'operation aborted: migration job: canceled by client' : cancelled
  scribe.tell('outcome', at, scribe.source, {
    level: 'WARNING',
    logger: driver,
    message: 'Migration operation was cancelled',
  })
  ruined(scribe, at + scribe.dice.between(10, 1900), short)
  rollback(scribe, at + 2100)
  return at + 2100
}

export function fail(scribe: Scribe, at: number): number {
  const failure = scribe.spec.interventions.failure ?? 'internal error: qemu unexpectedly closed the monitor'
  ruined(scribe, at, failure)
  scribe.told['hypervisor-error'] = at
  scribe.tell('outcome', at + 480, scribe.source, {
    level: 'ERROR',
    logger: driver,
    message: 'Migration operation has aborted',
  })
  rollback(scribe, at + 2100)
  return at + 2100
}

/** The operation thread's word, and what 2026.1 makes of it. */
function ruined(scribe: Scribe, at: number, message: string): void {
  const { instance } = scribe.spec
  const r = scribe.source.release
  const text = `Live Migration failure: ${message}${libvirtErrorSuffix(r, message)}`
  scribe.onSource(at, { level: 'ERROR', logger: driver, instance, message: text })
  if (r < 33) return
  const raised = `libvirt.libvirtError: ${message}`
  const warned = `Error monitoring migration: ${message}: ${raised}`
  scribe.onSource(at + 2101, {
    level: 'WARNING',
    logger: driver,
    instance,
    message: warned,
    traceback: rpcTraceback(r, '_live_migration', raised),
  })
  scribe.onSource(at + 2130, {
    level: 'ERROR',
    logger: manager,
    instance,
    message: `Live migration failed.: ${raised}`,
    traceback: rpcTraceback(r, '_do_live_migration', raised),
  })
}

function rollback(scribe: Scribe, at: number): void {
  const { instance } = scribe.spec
  const destroyed = { level: 'INFO', logger: driver, instance, message: 'Instance destroyed successfully.' } as const
  scribe.destination.say({ at: at - 900, ...destroyed })
  const folder = `/var/lib/nova/instances/${instance}_del`
  scribe.onDestination(at - 890, {
    level: 'INFO',
    logger: driver,
    instance,
    message: `Deleting instance files ${folder}`,
  })
  scribe.onDestination(at - 880, {
    level: 'INFO',
    logger: driver,
    instance,
    message: `Deletion of ${folder} complete`,
  })
  if (scribe.source.release >= 17) {
    scribe.onSource(at - 1500, {
      level: 'INFO',
      logger: manager,
      instance,
      message: `Swapping old allocation on dict_keys(['${scribe.dice.uuid()}']) held by migration ${scribe.dice.uuid()} for instance`,
    })
  }
}

export function restart(scribe: Scribe, at: number): number {
  const { instance, interventions } = scribe.spec
  const source = scribe.source
  const r = source.release
  source.say({
    at,
    level: 'INFO',
    logger: 'oslo_service.service',
    message: 'Caught SIGTERM, exiting',
    context: noContext,
  })
  source.pid += scribe.dice.whole(50, 3000)
  const up = at + scribe.dice.between(3000, 15_000)
  scribe.told.restart = up
  source.say({
    at: up,
    level: 'INFO',
    logger: 'nova.service',
    context: noContext,
    message: `Starting compute node (version ${r}.0.1-1.el7)`,
  })
  if (r < 20) return up
  const context: LogContext = { kind: 'periodic', request: `req-${scribe.dice.uuid()}` }
  if (interventions.restartFindsItGone === true) {
    scribe.told.orphan = up + 900
    const gone = `nova.exception.InstanceNotFound: Instance ${instance} could not be found.`
    source.say({
      at: up + 900,
      level: 'ERROR',
      logger: manager,
      instance,
      context,
      message: `Failed to abort live-migration: ${gone}`,
      traceback: rpcTraceback(r, '_reset_live_migration', gone),
    })
  }
  source.say({
    at: up + 910,
    level: 'INFO',
    logger: manager,
    instance,
    context,
    message: 'Instance found in migrating state during startup. Resetting task_state',
  })
  return up + 910
}
