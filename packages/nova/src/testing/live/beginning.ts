import { rpcTraceback, remoteTraceback } from '../lines/tracebacks.ts'
import type { Scribe } from './scribe.ts'
import { driver, manager } from './scribe.ts'

export function checks(scribe: Scribe, at: number): number {
  const { instance, copiedDiskBytes } = scribe.spec
  const r = scribe.source.release
  const file = `tmp${scribe.dice.hex(6)}`
  const block = copiedDiskBytes.length > 0 ? 'True' : 'False'
  const data = `LibvirtLiveMigrateData(bdms=<?>,block_migration=${block},disk_available_mb=70656,disk_over_commit=<?>,filename='${file}',image_type='default',instance_relative_path=<?>,is_shared_block_storage=<?>)`
  scribe.onDestination(at, {
    level: 'DEBUG',
    logger: driver,
    ...(r <= 12 ? {} : { instance }),
    message: `Creating tmpfile /var/lib/nova/instances/${file} to notify to other compute nodes that they should mount the same storage.`,
    place: { method: '_create_shared_storage_test_file', path: 'virt/libvirt/driver.py', line: 9982 },
  })
  if (r >= 13) {
    scribe.onDestination(at + 9, {
      level: 'DEBUG',
      logger: manager,
      message: `destination check data is ${data}`,
      place: { method: '_do_check_can_live_migrate_destination', path: 'compute/manager.py', line: 8400 },
    })
  }
  const { beginning } = scribe.spec
  if (beginning.kind === 'check-refuses' && beginning.on === 'destination') return at + 60
  if (r >= 14) {
    scribe.onSource(at + 90, {
      level: 'DEBUG',
      logger: driver,
      instance,
      message: `Check if temp file /var/lib/nova/instances/${file} exists to indicate shared storage is being used for migration. Exists? ${block === 'True' ? 'False' : 'True'}`,
      context: scribe.request,
      place: { method: '_check_shared_storage_test_file', path: 'virt/libvirt/driver.py', line: 10004 },
    })
  }
  if (beginning.kind === 'check-refuses') return at + 110
  if (r >= 13 && scribe.source.level === 'DEBUG') {
    // Only from Newton on does a line of the check name the instance.
    if (r >= 14) scribe.told.checked = at + 91
    scribe.onSource(at + 91, {
      level: 'DEBUG',
      logger: manager,
      context: scribe.request,
      message: `source check data is ${data}`,
      place: { method: 'check_can_live_migrate_source', path: 'compute/manager.py', line: 8494 },
    })
  }
  return at + 400
}

export function refuse(scribe: Scribe, at: number): number {
  const { beginning } = scribe.spec
  if (beginning.kind !== 'check-refuses') return at
  const host = beginning.on === 'source' ? scribe.source : scribe.destination
  const release = host.release
  const text = `${release >= 20 ? 'nova.exception.' : ''}${beginning.class}: ${beginning.error}`
  scribe.told.refusal = at
  host.say({
    at,
    level: 'ERROR',
    logger: release <= 13 ? 'oslo_messaging.rpc.dispatcher' : 'oslo_messaging.rpc.server',
    context: scribe.request,
    message:
      release <= 13
        ? `Exception during message handling: ${beginning.error}`
        : `Exception during message handling${release >= 16 ? `: ${text}` : ''}`,
    traceback: rpcTraceback(release, `check_can_live_migrate_${beginning.on}`, text),
  })
  if (beginning.on === 'source' && release >= 16) {
    // The destination asked, and hears of it as a remote exception.
    const remote = text
      .replace(beginning.class, `${beginning.class}_Remote`)
      .replace('nova.exception.', 'nova.exception_Remote.')
    scribe.onDestination(at + 30, {
      level: 'ERROR',
      logger: 'oslo_messaging.rpc.server',
      message: `Exception during message handling: ${remote}`,
      traceback: rpcTraceback(release, 'check_can_live_migrate_destination', remote),
    })
  }
  return at
}

export function prepare(scribe: Scribe, from: number): { at: number; ended: 'refused' | 'silent' | null } {
  const { instance, destination, beginning } = scribe.spec
  const r = scribe.source.release
  const seconds = scribe.dice.between(1.2, 6)
  const at = from + seconds * 1000
  if (r >= 13) {
    scribe.onDestination(from + 20, {
      level: 'DEBUG',
      logger: manager,
      message: `pre_live_migration data is LibvirtLiveMigrateData(bdms=<?>,block_migration=False,disk_available_mb=70656)`,
      place: { method: 'pre_live_migration', path: 'compute/manager.py', line: 8516 },
    })
  }
  if (beginning.kind === 'preparation-fails') {
    const remote = `${beginning.class}_Remote: ${beginning.error}`
    const text = r >= 20 ? `nova.exception_Remote.${remote}` : remote
    scribe.tell('refusal', at, scribe.source, {
      level: 'ERROR',
      logger: manager,
      message: `Pre live migration failed at ${destination}${r >= 13 ? `: ${text}` : ''}`,
      ...(r >= 20 ? { raw: remoteTraceback(text) } : {}),
      ...(r >= 20 ? {} : { traceback: rpcTraceback(r, 'pre_live_migration', text) }),
    })
    return { at, ended: 'refused' }
  }
  if (r >= 18) {
    scribe.tell('prepared', at, scribe.source, {
      level: 'INFO',
      logger: manager,
      message: `Took ${seconds.toFixed(2)} seconds for pre_live_migration on destination host ${destination}.`,
    })
  }
  if (beginning.kind === 'ports-time-out') {
    const late = at + 300_000
    const port = scribe.dice.uuid()
    scribe.tell('refusal', late, scribe.source, {
      level: 'WARNING',
      logger: manager,
      message: `Timed out waiting for events: [('network-vif-plugged', '${port}')]. If these timeouts are a persistent issue it could mean the networking backend on host ${destination} does not support sending these events unless there are port binding host changes which does not happen at this point in the live migration process. You may need to disable the live_migration_wait_for_vif_plug option on host ${destination}.`,
    })
    return { at: late, ended: 'refused' }
  }
  scribe.onDestination(at + 10, {
    level: 'DEBUG',
    logger: manager,
    instance,
    message: 'Checking state',
    place: { method: '_get_power_state', path: 'compute/manager.py', line: 1674 },
  })
  if (beginning.kind === 'goes-silent') return { at, ended: 'silent' }
  return { at: at + 30, ended: null }
}
