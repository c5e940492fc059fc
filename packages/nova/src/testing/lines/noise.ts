import type { Dice } from './dice.ts'
import type { HostLog, LogContext } from './host-log.ts'
import { rpcTraceback } from './tracebacks.ts'

const driver = 'nova.virt.libvirt.driver'
const manager = 'nova.compute.manager'
const tracker = 'nova.compute.resource_tracker'

/** Everything else that a compute service says: none of it about a migration. */
export class Noise {
  readonly #log: HostLog
  readonly #dice: Dice
  readonly #instances: readonly string[]

  constructor(log: HostLog, dice: Dice) {
    this.#log = log
    this.#dice = dice
    this.#instances = Array.from({ length: 6 }, () => dice.uuid())
  }

  /** @param perMinute about so many lines at DEBUG; a few of them are INFO */
  fill(from: number, to: number, perMinute: number): void {
    for (let at = from; at < to; at += (60_000 / perMinute) * this.#dice.between(0.2, 1.8)) this.#something(at)
    for (let at = from; at < to; at += 60_000) this.#periodic(at)
  }

  starts(at: number): void {
    const log = this.#log
    log.say({
      at,
      level: 'INFO',
      logger: 'nova.virt.driver',
      message: "Loading compute driver 'libvirt.LibvirtDriver'",
    })
    log.say({
      at: at + 900,
      level: 'INFO',
      logger: 'nova.service',
      message: `Starting compute node (version ${log.release}.0.1-1.el7)`,
    })
    log.say({
      at: at + 1900,
      level: 'INFO',
      logger: 'nova.virt.libvirt.host',
      message: 'Libvirt host capabilities <capabilities>',
      raw: ['  <host>', '    <uuid>4c4c4544-0042-4a10-8054-b7c04f564432</uuid>', '  </host>', '</capabilities>'],
    })
  }

  #periodic(at: number): void {
    const context = this.#admin()
    const log = this.#log
    log.say({
      at,
      level: 'DEBUG',
      logger: 'oslo_service.periodic_task',
      context,
      message: `Running periodic task ComputeManager._poll_volume_usage`,
      place: { method: 'run_periodic_tasks', path: '../oslo_service/periodic_task.py', line: 210 },
    })
    log.say({
      at: at + 300,
      level: log.release <= 16 ? 'INFO' : 'DEBUG',
      logger: tracker,
      context,
      message: `Final resource view: name=${log.name} phys_ram=257768MB used_ram=68096MB phys_disk=3570GB used_disk=380GB total_vcpus=64 used_vcpus=33 pci_stats=[]`,
    })
    if (log.release <= 16)
      log.say({
        at: at + 400,
        level: 'INFO',
        logger: tracker,
        context,
        message: `Compute_service record updated for ${log.name}:${log.name}`,
      })
  }

  #something(at: number): void {
    const log = this.#log
    const dice = this.#dice
    const instance = dice.pick(this.#instances)
    const context = this.#user()
    const say = (level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', logger: string, message: string): void =>
      log.say({ at, level, logger, message, context, instance })
    const what = dice.next()
    if (what < 0.25)
      log.say({
        at,
        level: 'DEBUG',
        logger: 'oslo_concurrency.lockutils',
        context: this.#admin(),
        message: `Lock "compute_resources" released by "nova.compute.resource_tracker._update_available_resource" :: held ${dice.between(0, 1).toFixed(3)}s`,
      })
    else if (what < 0.4)
      log.say({
        at,
        level: 'DEBUG',
        logger: 'oslo_concurrency.processutils',
        context: this.#admin(),
        message: `CMD "qemu-img info /var/lib/nova/instances/${instance}/disk --force-share --output=json" returned: 0 in 0.0${dice.whole(10, 99)}s`,
      })
    else if (what < 0.5)
      say(
        'DEBUG',
        'nova.network.neutron',
        `Updating instance_info_cache with network_info: [{"id": "${dice.uuid()}", "address": "fa:16:3e:${dice.hex(2)}:${dice.hex(2)}:${dice.hex(2)}"}]`,
      )
    else if (what < 0.56)
      log.say({
        at,
        level: 'INFO',
        logger: 'nova.virt.libvirt.imagecache',
        context: this.#admin(),
        message: `image ${dice.uuid()} at (/var/lib/nova/instances/_base/${dice.hex(40)}): checking`,
      })
    else if (what < 0.62) this.#boot(at, instance, context)
    else if (what < 0.66) {
      say('INFO', driver, `Instance shutdown successfully after ${dice.whole(2, 60)} seconds.`)
      log.say({
        at: at + 700,
        level: 'INFO',
        logger: driver,
        instance,
        context,
        message: 'Instance destroyed successfully.',
      })
    } else if (what < 0.7)
      say('INFO', manager, `VM ${dice.pick(['Paused', 'Resumed', 'Stopped', 'Started'])} (Lifecycle Event)`)
    else if (what < 0.73)
      say(
        'INFO',
        manager,
        `During sync_power_state the instance has a pending task (${dice.pick(['spawning', 'deleting', 'powering-off', 'rebooting'])}). Skip.`,
      )
    else if (what < 0.76) say('INFO', manager, `Attaching volume ${dice.uuid()} to /dev/vdb`)
    else if (what < 0.79)
      log.say({
        at,
        level: 'ERROR',
        logger: 'oslo.messaging._drivers.impl_rabbit',
        message: `[${dice.uuid()}] AMQP server on 10.0.0.${dice.whole(2, 250)}:5672 is unreachable: [Errno 104] Connection reset by peer. Trying again in 1 seconds.: ConnectionResetError: [Errno 104] Connection reset by peer`,
      })
    else if (what < 0.81) this.#error(at, instance)
    else if (what < 0.83)
      log.say({
        at,
        level: 'WARNING',
        logger: tracker,
        context: this.#admin(),
        message: `Instance ${dice.uuid()} is not being actively managed by this compute host but has allocations referencing this compute host: {'resources': {'VCPU': 1, 'MEMORY_MB': 512}}. Skipping heal of allocation because we do not know what to do.`,
      })
    else if (what < 0.85)
      log.say({
        at,
        level: 'WARNING',
        logger: 'oslo.service.loopingcall',
        message: `Function 'nova.servicegroup.drivers.db.DbDriver._report_state' run outlasted interval by ${dice.between(0.1, 30).toFixed(2)} sec`,
      })
    else say('DEBUG', manager, 'Checking state')
  }

  #boot(at: number, instance: string, context: LogContext): void {
    const info = (later: number, logger: string, message: string): void =>
      this.#log.say({ at: at + later, level: 'INFO', logger, instance, context, message })
    info(0, 'nova.compute.claims', `Claim successful on node ${this.#log.name}`)
    info(1200, driver, 'Creating image(s)')
    info(4200, manager, 'VM Started (Lifecycle Event)')
    info(5200, manager, 'VM Resumed (Lifecycle Event)')
    info(5300, driver, 'Instance spawned successfully.')
    info(5400, manager, `Took ${this.#dice.between(3, 9).toFixed(2)} seconds to spawn the instance on the hypervisor.`)
    info(5900, manager, `Took ${this.#dice.between(9, 19).toFixed(2)} seconds to build instance.`)
  }

  #error(at: number, instance: string): void {
    const log = this.#log
    const gone =
      'internal error: unable to execute QEMU command: Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainGetBlockInfo)'
    const raised = `${log.release < 20 ? '' : 'libvirt.'}libvirtError: ${gone}`
    log.say({
      at,
      level: 'ERROR',
      logger: manager,
      context: this.#admin(),
      message: `Error updating resources for node ${log.name}.: ${raised}`,
      traceback: rpcTraceback(log.release, '_update_available_resource_for_node', raised),
    })
    if (this.#dice.chance(0.3))
      log.say({
        at: at + 5,
        level: 'WARNING',
        logger: driver,
        context: this.#admin(),
        instance,
        message: `Error from libvirt while getting description of instance-0000${this.#dice.hex(4)}: [Error Code 42] Domain not found: no domain with matching uuid '${instance}'`,
      })
  }

  #admin(): LogContext {
    return { kind: 'periodic', request: `req-${this.#dice.uuid()}` }
  }

  #user(): LogContext {
    return {
      kind: 'request',
      request: `req-${this.#dice.uuid()}`,
      user: this.#dice.hex(32),
      project: this.#dice.hex(32),
    }
  }
}
