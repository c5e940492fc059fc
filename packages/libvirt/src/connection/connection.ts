import { Domain } from '../domain/domain.ts'
import { LibvirtClientError } from '../errors.ts'
import type { DomainEventName, DomainEvents } from '../events/domain-events.ts'
import { EventRouter } from '../events/event-router.ts'
import type { EventRegistration } from '../events/event-router.ts'
import { eventTable } from '../events/event-table.ts'
import { readNodeInfo, readNodeMemoryStats } from '../host/node.ts'
import type { NodeInfo, NodeMemoryStats } from '../host/node.ts'
import type { Procedure } from '../protocol/procedure.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions, RpcCallOptions, RpcClient } from '../rpc/rpc-client.ts'
import type { RpcStream } from '../rpc/rpc-stream.ts'
import { formatVersion, parseVersion } from '../host/version.ts'
import { toRecord } from '../xdr/typed-param.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import { cpuCompareResult } from './host-calls.ts'
import type { CpuCompareResult, HypervisorQuery } from './host-calls.ts'
import { Inventory } from './inventory.ts'

export interface DomainStatsRecord {
  readonly domain: Domain
  /** Names as libvirt sends them: `state.state`, `balloon.current`, `dirtyrate.calc_status`, ... */
  readonly params: ParamRecord
}

interface ConnectionFacts {
  readonly uri: string
  readonly libVersion: number
  readonly onHandlerError: ((error: unknown) => void) | undefined
}

type CloseHandler = (error: LibvirtClientError | undefined) => void

/** An open session with one daemon. {@link connect} makes it; `await using` or `close()` ends it. */
export class Connection extends Inventory implements AsyncDisposable {
  /** The URI it was opened with. */
  readonly uri: string
  /** The daemon's libvirt, e.g. 11003000. */
  readonly libVersion: number
  readonly #rpc: RpcClient
  readonly #events: EventRouter
  readonly #closeHandlers = new Set<CloseHandler>()
  /** How many a daemon tells of its memory; it takes no other number. */
  #memoryStats: number | null = null
  #closedBy: { readonly error: LibvirtClientError | undefined } | undefined

  constructor(rpc: RpcClient, facts: ConnectionFacts) {
    super()
    this.#rpc = rpc
    this.uri = facts.uri
    this.libVersion = facts.libVersion
    this.#events = new EventRouter(this, () => !rpc.isClosed, facts.onHandlerError ?? throwUncaught)
  }

  /** Any call of the protocol tables, for what has no method yet. Refuses one that the daemon is too old for. */
  async call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: RpcCallOptions<Ret>): Promise<Ret> {
    if (procedure.since !== undefined) this.needVersion(procedure.since, procedure.name)
    return this.#rpc.call(procedure, args, options)
  }

  /** Any call that opens a stream. */
  async openStream<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ): Promise<{ readonly ret: Ret; readonly stream: RpcStream }> {
    if (procedure.since !== undefined) this.needVersion(procedure.since, procedure.name)
    return this.#rpc.openStream(procedure, args, options)
  }

  /** Throws LIBVIRT_UNSUPPORTED when the daemon is older than `since`. */
  needVersion(since: string, what: string): void {
    if (parseVersion(since) <= this.libVersion) return
    const has = formatVersion(this.libVersion)
    throw new LibvirtClientError('LIBVIRT_UNSUPPORTED', `${what} needs libvirt ${since}; ${this.uri} has ${has}`)
  }

  // --- the daemon and its host

  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.call(remote.connectGetHostname, undefined, options)).hostname
  }

  /** The URI as the daemon sees it, e.g. `qemu:///system`. */
  async getURI(options?: CallOptions): Promise<string> {
    return (await this.call(remote.connectGetUri, undefined, options)).uri
  }

  /** The hypervisor's name: `QEMU`. */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.call(remote.connectGetType, undefined, options)).type
  }

  /** The daemon's libvirt: 11003000 is 11.3.0. */
  async getLibVersion(options?: CallOptions): Promise<number> {
    return Number((await this.call(remote.connectGetLibVersion, undefined, options)).libVer)
  }

  /** The hypervisor: 10000013 is QEMU 10.0.13. */
  async getVersion(options?: CallOptions): Promise<number> {
    return Number((await this.call(remote.connectGetVersion, undefined, options)).hvVer)
  }

  /** The `<capabilities>` XML; {@link readCapabilities} reads it. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.call(remote.connectGetCapabilities, undefined, options)).capabilities
  }

  /** The `<domainCapabilities>` XML; {@link readDomainCapabilities} reads it. libvirt 1.2.7 */
  async getDomainCapabilities(query: HypervisorQuery = {}, options?: CallOptions): Promise<string> {
    const { emulator: emulatorbin, arch, machine, virtType: virttype } = query
    const args = { emulatorbin, arch, machine, virttype, flags: 0 }
    return (await this.call(remote.connectGetDomainCapabilities, args, options)).capabilities
  }

  /**
   * Whether this host's hypervisor can give the CPU of a `<cpu>` document. libvirt 4.4
   * @param flags CompareCpuFlag; FAIL_INCOMPATIBLE turns the answer into an error that says why.
   */
  async compareHypervisorCPU(
    cpuXml: string,
    query: HypervisorQuery = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<CpuCompareResult> {
    const { emulator, arch, machine, virtType: virttype } = query
    const args = { emulator, arch, machine, virttype, xmlCPU: cpuXml, flags }
    const { result } = await this.call(remote.connectCompareHypervisorCpu, args, options)
    return cpuCompareResult(result)
  }

  async nodeGetInfo(options?: CallOptions): Promise<NodeInfo> {
    return readNodeInfo(await this.call(remote.nodeGetInfo, undefined, options))
  }

  /** Bytes free on the host, caches not counted. */
  async nodeGetFreeMemory(options?: CallOptions): Promise<number> {
    return Number((await this.call(remote.nodeGetFreeMemory, undefined, options)).freeMem)
  }

  /** Of the whole host. */
  async nodeGetMemoryStats(options?: CallOptions): Promise<NodeMemoryStats> {
    const all = { cellNum: -1, flags: 0 }
    const counted = async (): Promise<number> =>
      (await this.call(remote.nodeGetMemoryStats, { ...all, nparams: 0 }, options)).nparams
    const nparams = (this.#memoryStats ??= await counted())
    const { params } = await this.call(remote.nodeGetMemoryStats, { ...all, nparams }, options)
    return readNodeMemoryStats(params)
  }

  // --- domains

  /** @param flags ListDomainsFlag; 0 lists all. */
  async listAllDomains(flags = 0, options?: CallOptions): Promise<Domain[]> {
    const { domains } = await this.call(remote.connectListAllDomains, { needResults: 1, flags }, options)
    return domains.map((ref) => new Domain(this, ref))
  }

  /** Fails with VIR_ERR_NO_DOMAIN when there is none. */
  async domainLookupByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call(remote.domainLookupByName, { name }, options)).dom)
  }

  /** Fails with VIR_ERR_NO_DOMAIN when there is none. */
  async domainLookupByUUID(uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call(remote.domainLookupByUuid, { uuid }, options)).dom)
  }

  /** @param flags 1 validates the XML against the schema. */
  async domainDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call(remote.domainDefineXmlFlags, { xml, flags }, options)).dom)
  }

  /** Starts a transient domain. @param flags CreateFlag */
  async domainCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call(remote.domainCreateXml, { xmlDesc: xml, flags }, options)).dom)
  }

  /**
   * Statistics of many domains in one call; works during migrations.
   * @param domains None: all that `flags` lets through.
   * @param stats DomainStats
   * @param flags DomainStatsFlag and the filters of ListDomainsFlag
   */
  async getAllDomainStats(
    domains: readonly Domain[],
    stats: number,
    flags = 0,
    options?: CallOptions,
  ): Promise<DomainStatsRecord[]> {
    const args = { doms: domains.map((domain) => domain.ref), stats, flags }
    const { retStats } = await this.call(remote.connectGetAllDomainStats, args, options)
    return retStats.map(({ dom, params }) => ({ domain: new Domain(this, dom), params: toRecord(params) }))
  }

  // --- events

  /**
   * Calls `handler` for each event until the registration is disposed of. Handlers run in the order of arrival and must not
   * block. Nothing is replayed: register first, then read the state.
   *
   * @example
   * await using watching = await connection.domainEventRegisterAny('lifecycle', ({ domain, event, detail }) => {
   *   console.log(domain.name, event, detail)
   * })
   */
  async domainEventRegisterAny<Name extends DomainEventName>(
    name: Name,
    handler: (event: DomainEvents[Name]) => void,
    { domain }: { domain?: Domain } = {},
  ): Promise<EventRegistration> {
    const { since } = eventTable[name]
    if (since !== undefined) this.needVersion(since, `the event '${name}'`)
    return this.#events.register(name, handler, domain?.ref)
  }

  // --- the connection itself

  get isClosed(): boolean {
    return this.#rpc.isClosed
  }

  /** @internal Throws why it was closed, if it was. */
  assertOpen(): void {
    this.#rpc.assertOpen(this.uri)
  }

  /** Calls sent and unanswered, calls waiting here, and handlers registered for events: all 0 once it is closed. */
  get load(): { readonly inFlight: number; readonly queued: number; readonly registrations: number } {
    return { ...this.#rpc.load, registrations: this.#events.size }
  }

  /** Tells once when the connection ends: with the reason, or undefined when `close()` was called. Returns how to stop listening. */
  onClose(handler: CloseHandler): () => void {
    const closedBy = this.#closedBy
    if (closedBy === undefined) this.#closeHandlers.add(handler)
    else {
      queueMicrotask(() => {
        handler(closedBy.error)
      })
    }
    return () => {
      this.#closeHandlers.delete(handler)
    }
  }

  /** Says goodbye and closes; pending calls are rejected with LIBVIRT_CONNECTION_CLOSED. Running migrations go on. */
  async close(): Promise<void> {
    if (!this.#rpc.isClosed) {
      try {
        await this.#rpc.call(remote.connectClose, undefined, { urgent: true, timeoutMs: 1000 })
      } catch {
        // A daemon that cannot say goodbye any more cleans up by itself when the socket closes.
      }
      this.#rpc.close()
    }
    await this.#rpc.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** @internal */
  acceptEvent(program: number, procedure: number, body: XdrReader): void {
    const closed = remote.connectEventConnectionClosed
    if (program !== closed.program || procedure !== closed.number) this.#events.accept(program, procedure, body)
    else this.#rpc.close(new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'the daemon lost its hypervisor driver'))
  }

  /** @internal */
  acceptClose(error: LibvirtClientError | undefined): void {
    this.#closedBy = { error }
    this.#events.clear()
    const handlers = [...this.#closeHandlers]
    this.#closeHandlers.clear()
    for (const handler of handlers) handler(error)
  }
}

// A handler's mistake must neither be swallowed nor take the connection with it.
const throwUncaught = (error: unknown): void => {
  queueMicrotask(() => {
    throw error
  })
}
