import { DaemonError, FakeLibvirtd, remote } from '@landfall/libvirt/testing'
import type { Host } from '../hosts/host.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const running = { state: 1, reason: 1 }

/** Two hosts behind real sockets, and a running guest that is on the one or the other; a migration takes it there at once. */
export class LiveHosts implements AsyncDisposable {
  readonly guest = { name: 'web1', uuid, persistent: true }
  readonly daemons: readonly [FakeLibvirtd, FakeLibvirtd]
  /** Where the guest runs. */
  at: 0 | 1 = 0
  /** Of the guest's definition. */
  metadata = ''
  /** On which of the two it starts with its host. */
  readonly startsWith: [boolean, boolean] = [false, false]
  #downtimeLimitMs = 300n

  private constructor(daemons: readonly [FakeLibvirtd, FakeLibvirtd]) {
    this.daemons = daemons
    for (const [index, daemon] of daemons.entries()) this.#answer(daemon, index)
  }

  static async listen(): Promise<LiveHosts> {
    return new LiveHosts([await FakeLibvirtd.listen(), await FakeLibvirtd.listen()])
  }

  get hosts(): readonly [Host, Host] {
    const [one, other] = this.daemons
    return [hostAt('host1', one), hostAt('host2', other)]
  }

  /** Connections that are open now. */
  get open(): number {
    return this.daemons.reduce((sum, { clients }) => sum + clients.filter(({ isClosed }) => !isClosed).length, 0)
  }

  /** What the daemons remember for tests to look at. */
  forget(): void {
    for (const { calls, clients } of this.daemons) {
      calls.length = 0
      clients.splice(0, clients.length, ...clients.filter(({ isClosed }) => !isClosed))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.daemons) await daemon[Symbol.asyncDispose]()
  }

  #answer(daemon: FakeLibvirtd, index: number): void {
    const dom = { name: this.guest.name, uuid, id: 1 }
    const here = <T>(answer: T): T => {
      if (this.at !== index) throw new DaemonError('VIR_ERR_NO_DOMAIN', 'no domain with that UUID')
      return answer
    }
    daemon.respond(remote.domainLookupByUuid, () => here({ dom }))
    daemon.respond(remote.domainGetXmlDesc, () =>
      here({ xml: `<domain type='kvm'><name>web1</name>${this.metadata}</domain>` }),
    )
    daemon.respond(remote.domainGetState, () => here(running))
    daemon.respond(remote.domainGetJobStats, () => here({ type: 0, params: [] }))
    daemon.respond(remote.domainMigrateGetMaxDowntime, () => here({ downtime: this.#downtimeLimitMs }))
    daemon.respond(remote.domainMigrateSetMaxDowntime, ({ downtime }) => {
      this.#downtimeLimitMs = here(downtime)
      return undefined
    })
    daemon.respond(remote.domainGetAutostart, () => here({ autostart: this.startsWith[index] === true ? 1 : 0 }))
    daemon.respond(remote.domainSetAutostart, ({ autostart }) => {
      this.startsWith[index] = here(autostart === 1)
      return undefined
    })
    daemon.respond(remote.domainMigratePerform3Params, () => {
      this.at = here(index === 0 ? 1 : 0)
      // It goes with the definition that is left.
      this.startsWith[index] = false
      return { cookieOut: new Uint8Array(0) }
    })
  }
}

function hostAt(name: string, { uri }: FakeLibvirtd): Host {
  return { name, uri, peerUri: uri, migrationAddress: null, linkBytesPerSecond: null, reservedBytes: 0 }
}
