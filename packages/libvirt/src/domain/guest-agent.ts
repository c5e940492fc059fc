import { LibvirtClientError } from '../errors.ts'
import type { QmpCommand } from '../host/qmp.ts'
import { qmpReturn } from '../host/qmp.ts'
import { nameAt } from '../xdr/name-at.ts'
import * as qemu from '../protocol/qemu.gen.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'
import { toRecord } from '../xdr/typed-param.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'
import { DomainDevices } from './devices.ts'
import { wholeNumber } from './whole-number.ts'

/** VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_*: who is asked. */
const addressSources = { lease: 0, agent: 1, arp: 2 } as const

export interface GuestInterface {
  readonly name: string
  readonly mac: string
  readonly addresses: readonly {
    readonly type: 'ipv4' | 'ipv6' | 'unknown'
    readonly address: string
    readonly prefix: number
  }[]
}

/** What the agent inside the guest answers; VIR_ERR_AGENT_UNRESPONSIVE when there is none or it is silent. */
export abstract class DomainGuestAgent extends DomainDevices {
  /**
   * Speaks to the guest agent. A command object gives the `return` value, a text is sent as it is and gives the raw answer.
   * @param agentTimeoutSeconds How long libvirt waits for the agent; -2 without limit, -1 its default (5 s), 0 not at all.
   */
  async qemuAgentCommand(command: string, agentTimeoutSeconds?: number, options?: CallOptions): Promise<string>
  async qemuAgentCommand(command: QmpCommand, agentTimeoutSeconds?: number, options?: CallOptions): Promise<unknown>
  async qemuAgentCommand(
    command: string | QmpCommand,
    agentTimeoutSeconds = -1,
    options?: CallOptions,
  ): Promise<unknown> {
    const cmd = typeof command === 'string' ? command : JSON.stringify(command)
    const args = { dom: this.ref, cmd, timeout: agentTimeoutSeconds, flags: 0 }
    const { result } = await this.call(qemu.domainAgentCommand, args, options)
    if (typeof command === 'string') return result ?? ''
    if (result === undefined) {
      throw new LibvirtClientError('LIBVIRT_QMP_ERROR', `${command.execute}: the guest agent gave no answer`)
    }
    return qmpReturn(command, result)
  }

  /** Freezes file systems (all when none is named) and tells how many. libvirt 1.2.5 */
  async fsFreeze(mountPoints: readonly string[] = [], options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, mountpoints: mountPoints, flags: 0 }
    return (await this.call(remote.domainFsfreeze, args, options)).filesystems
  }

  /** Thaws them again. */
  async fsThaw(mountPoints: readonly string[] = [], options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, mountpoints: mountPoints, flags: 0 }
    return (await this.call(remote.domainFsthaw, args, options)).filesystems
  }

  /** Gives unused blocks back, in free ranges of at least `minimumBytes`. */
  async fsTrim(mountPoint?: string, minimumBytes = 0, options?: CallOptions): Promise<void> {
    const minimum = wholeNumber('minimumBytes', minimumBytes)
    await this.call(remote.domainFstrim, { dom: this.ref, mountPoint, minimum, flags: 0 }, options)
  }

  /** The guest's clock, nanoseconds since 1970. */
  async getTime(options?: CallOptions): Promise<bigint> {
    const { seconds, nseconds } = await this.call(remote.domainGetTime, { dom: this.ref, flags: 0 }, options)
    return seconds * 1_000_000_000n + BigInt(nseconds)
  }

  /** The guest's addresses, from libvirt's DHCP leases, the agent, or the host's ARP table. libvirt 1.2.14 */
  async interfaceAddresses(
    source: keyof typeof addressSources = 'lease',
    options?: CallOptions,
  ): Promise<GuestInterface[]> {
    const args = { dom: this.ref, source: addressSources[source], flags: 0 }
    const { ifaces } = await this.call(remote.domainInterfaceAddresses, args, options)
    return ifaces.map(({ name, hwaddr, addrs }) => ({
      name,
      mac: hwaddr ?? '',
      addresses: addrs.map(({ type, addr, prefix }) => ({
        type: nameAt(['ipv4', 'ipv6'], type),
        address: addr,
        prefix,
      })),
    }))
  }

  /** Users, operating system, time zone, host name, file systems as typed parameters. @param types GuestInfo; 0 is all. libvirt 5.7 */
  async getGuestInfo(types = 0, options?: CallOptions): Promise<ParamRecord> {
    return toRecord((await this.call(remote.domainGetGuestInfo, { dom: this.ref, types, flags: 0 }, options)).params)
  }
}
