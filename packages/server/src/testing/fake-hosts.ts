import type { LibvirtError } from '@landfall/libvirt'
import { LibvirtClientError, readDomainXml } from '@landfall/libvirt'
import type { Host } from '../hosts/host.ts'
import type { Dial } from '../hosts/host-session.ts'
import { HostSession } from '../hosts/host-session.ts'
import { fakeConnection } from './fake-connection.ts'
import { libvirtRefusal } from './libvirt-refusal.ts'

interface FakeDomain {
  readonly name: string
  readonly uuid: string
  state: 'running' | 'shutoff'
  autostart: boolean
  /** By namespace. */
  metadata: Map<string, string>
  /** Why it is in its state, as libvirt has it. */
  reason: string
  /** Its memory is in a file (virsh managedsave). */
  isSaved: boolean
  persistent: boolean
}

const uriOf = (host: 'host1' | 'host2'): string => `qemu+tcp://${host}/system`

/** Hosts that do not answer; whose connections are lost when they fall silent. */
class SilentHosts extends Set<'host1' | 'host2'> {
  #listeners: { readonly host: string; readonly handler: () => void }[] = []

  onSilence(host: string, handler: () => void): void {
    this.#listeners.push({ host, handler })
  }

  override add(host: 'host1' | 'host2'): this {
    super.add(host)
    const lost = this.#listeners.filter((each) => each.host === host)
    this.#listeners = this.#listeners.filter((each) => each.host !== host)
    for (const { handler } of lost) handler()
    return this
  }
}

/**
 * Two hosts, as far as a cold migration asks libvirt: who has which definition, who runs it. The world notes where a guest ever
 * ran twice, and can stop answering after so many changes, as it looks to a controller that was killed.
 */
export class FakeWorld {
  readonly hosts: Record<'host1' | 'host2', Map<string, FakeDomain>> = { host1: new Map(), host2: new Map() }
  /** Changes so far. */
  changes = 0
  /** The controller that asks is dead after this many more. */
  diesAfter = Infinity
  everTwice = false
  everGone = false
  /** Calls that fail: `host2 create`. */
  readonly failing = new Set<string>()
  /** Falls silent with a call that fails. */
  silentAfterFailure: 'host1' | 'host2' | null = null
  /** Falls silent with a call whose answer is lost. */
  silentAfterUnheard: 'host1' | 'host2' | null = null
  /** Calls that are carried out, once each, while the connection breaks before the answer. */
  readonly unheard = new Set<string>()
  readonly silent = new SilentHosts()
  /** So many times a silent host is called in vain before it answers again. */
  callsInVain = Infinity
  /** How often it does not hear that it is to shut down. */
  deafTimes = 0
  /** Once it hears, it goes off just before that call, which then finds it so. */
  goesOffBefore: 'shutdown' | null = null
  agent: 'none' | 'answers' = 'none'

  add(host: 'host1' | 'host2', domain: Partial<FakeDomain> & Pick<FakeDomain, 'name' | 'uuid'>): FakeDomain {
    const added: FakeDomain = {
      state: 'running',
      autostart: false,
      metadata: new Map(),
      reason: 'unknown',
      isSaved: false,
      persistent: true,
      ...domain,
    }
    this.hosts[host].set(domain.uuid, added)
    return added
  }

  session(host: 'host1' | 'host2'): HostSession {
    return new HostSession(this.facts(host), this.dial)
  }

  facts(host: 'host1' | 'host2'): Host {
    return {
      name: host,
      uri: uriOf(host),
      peerUri: '',
      migrationAddress: null,
      linkBytesPerSecond: null,
      reservedBytes: 0,
    }
  }

  /** Only what is asked here is answered; anything else fails the test with a TypeError. */
  readonly dial: Dial = (uri) => {
    const host = uri === uriOf('host1') ? 'host1' : 'host2'
    if (this.callsInVain <= 0) this.silent.clear()
    if (this.silent.has(host)) {
      this.callsInVain--
      return Promise.reject(new Error(`${host} is down`))
    }
    const connection = fakeConnection(this.#answers(host))
    this.silent.onSilence(host, () => void connection.close())
    return Promise.resolve(connection)
  }

  /** Where the guest runs. */
  runsOn(uuid: string): string[] {
    return Object.entries(this.hosts).flatMap(([host, domains]) =>
      domains.get(uuid)?.state === 'running' ? [host] : [],
    )
  }

  #answers(host: 'host1' | 'host2'): object {
    const domains = this.hosts[host]
    const lookup = (wanted: (domain: FakeDomain) => boolean) => async (): Promise<object> => {
      const found = [...domains.values()].find(wanted)
      if (found === undefined) throw failure('no domain', 42)
      return this.#handle(host, found)
    }
    const { silent } = this
    return {
      get isClosed(): boolean {
        return silent.has(host)
      },
      getHostname: () => Promise.resolve(host),
      domainLookupByUUID: (uuid: string) => lookup((domain) => domain.uuid === uuid)(),
      domainLookupByName: (name: string) => lookup((domain) => domain.name === name)(),
      domainDefineXML: (xml: string) =>
        this.#change(host, 'define', () => {
          const { uuid = '', name, metadata } = readDomainXml(xml)
          const elements = metadata.map((each) => [each.namespace ?? '', each.xml] as const)
          this.add(host, { name, uuid, state: 'shutoff', metadata: new Map(elements) })
        }),
    }
  }

  #handle(host: 'host1' | 'host2', domain: FakeDomain): object {
    const change = (call: string, act: () => void): Promise<void> => this.#change(host, call, act)
    return {
      name: domain.name,
      uuid: domain.uuid,
      isActive: () => Promise.resolve(domain.state === 'running'),
      getState: () => Promise.resolve({ state: domain.state, reason: domain.reason }),
      isPersistent: () => Promise.resolve(domain.persistent),
      hasManagedSaveImage: () => Promise.resolve(domain.isSaved),
      getJobStats: () => Promise.resolve({ type: 'none', operation: 'unknown', fields: {} }),
      getAutostart: () => Promise.resolve(domain.autostart),
      getXMLDesc: () =>
        Promise.resolve(
          `<domain type='kvm'><name>${domain.name}</name><uuid>${domain.uuid}</uuid>` +
            `<metadata>${[...domain.metadata.values()].join('')}</metadata></domain>`,
        ),
      qemuAgentCommand: () =>
        this.agent === 'answers' ? Promise.resolve({}) : Promise.reject(failure('no agent', 86)),
      setAutostart: (autostart: boolean) =>
        change('setAutostart', () => {
          domain.autostart = autostart
        }),
      setMetadata: (_type: string, xml: string | undefined, { key = '', uri = '' }: { key?: string; uri?: string }) =>
        change('setMetadata', () => {
          if (xml === undefined) domain.metadata.delete(uri)
          else domain.metadata.set(uri, xml.replace(/^<(\w+)/, `<${key}:$1 xmlns:${key}='${uri}'`))
        }),
      shutdown: () => {
        // It went off between the look and the call.
        if (this.deafTimes <= 0 && this.goesOffBefore === 'shutdown') {
          domain.state = 'shutoff'
          return Promise.reject(failure('domain is not running', 55))
        }
        return change('shutdown', () => {
          this.deafTimes--
          if (this.deafTimes < 0) domain.state = 'shutoff'
        })
      },
      create: () =>
        change('create', () => {
          domain.state = 'running'
        }),
      undefineFlags: () =>
        change('undefine', () => {
          // One that runs goes on all the same.
          if (domain.state === 'shutoff') this.hosts[host].delete(domain.uuid)
        }),
    }
  }

  async #change(host: 'host1' | 'host2', call: string, act: () => void): Promise<void> {
    const failed = this.failing.has(`${host} ${call}`)
    if (failed && this.silentAfterFailure !== null) this.silent.add(this.silentAfterFailure)
    if (failed) throw failure(`${call} failed on ${host}`, 1)
    act()
    this.changes++
    this.diesAfter--
    const uuids = new Set(Object.values(this.hosts).flatMap((domains) => [...domains.keys()]))
    for (const uuid of uuids) if (this.runsOn(uuid).length > 1) this.everTwice = true
    if (uuids.size === 0) this.everGone = true
    if (this.unheard.delete(`${host} ${call}`)) {
      if (this.silentAfterUnheard !== null) this.silent.add(this.silentAfterUnheard)
      throw new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'the connection was lost')
    }
    // The call was carried out, and nobody hears of it any more.
    if (this.diesAfter <= 0) await new Promise(() => {})
  }
}

const failure = (message: string, number: number): LibvirtError => libvirtRefusal(number, message)
