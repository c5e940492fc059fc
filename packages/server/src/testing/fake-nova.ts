import type { AllocationFacts } from '@landfall/nova'
import type { Migration, Server, ServerGroup } from '@landfall/openstack'
import { hasEnded } from '@landfall/openstack'
import type { NovaApi } from '../cloud/nova.ts'

type Act = 'abort' | 'forceComplete' | 'liveMigrate' | 'coldMigrate' | 'confirm' | 'revert' | 'resetState' | 'write'

/** A Nova with one instance, which a test lets say what it likes; what is asked for is noted. */
export class FakeNova implements NovaApi {
  readonly cloud = 'test'
  readonly asked: string[] = []
  instance: Server | null
  record: Migration | null = null
  /** Those that it has, by libvirt's name; as many as are asked for where null. */
  hypervisors: readonly string[] | null = null
  /** Of Placement. */
  held: AllocationFacts = {
    held: { p1: { VCPU: 1, MEMORY_MB: 1024 } },
    byMigration: null,
    providers: ['host1', 'host2'].map((rootName, at) => ({ id: `p${at + 1}`, rootName, isHypervisors: true })),
  }
  /** By method: what it is refused with. */
  readonly refusals = new Map<Act | 'newestMigration', Error>()

  constructor(id: string, part: Partial<Server> = {}) {
    this.instance = { ...plainServer, id, ...part }
  }

  /** Nova carries that out. */
  moves(part: Partial<Migration> = {}): void {
    this.record = { ...plainMigration, serverId: this.instance?.id ?? '', ...part }
  }

  readonly open = (): Promise<NovaApi> => Promise.resolve(this)
  /** Others, by their IDs. */
  readonly instances = new Map<string, Server>()
  readonly server: NovaApi['server'] = (id) => Promise.resolve(this.instances.get(id) ?? this.instance)
  readonly newestMigration: NovaApi['newestMigration'] = () => this.#unless('newestMigration', this.record)
  liveFrom: NovaApi['liveFrom'] = () => Promise.resolve([])
  readonly liveSince: NovaApi['liveSince'] = () => Promise.resolve(this.record === null ? [] : [this.record])
  readonly hasEnded = hasEnded
  readonly liveMigrate: NovaApi['liveMigrate'] = (_id, host) => this.#act('liveMigrate', host ?? 'anywhere')
  readonly coldMigrate: NovaApi['coldMigrate'] = (_id, host) => this.#act('coldMigrate', host ?? 'anywhere')
  readonly confirm: NovaApi['confirm'] = (id) => this.#act('confirm', id)
  readonly revert: NovaApi['revert'] = (id) => this.#act('revert', id)
  readonly forceComplete: NovaApi['forceComplete'] = (_id, migration) => this.#act('forceComplete', migration)
  readonly abort: NovaApi['abort'] = (_id, migration) => this.#act('abort', migration)
  readonly resetState: NovaApi['resetState'] = (id) => this.#act('resetState', id)
  readonly allocations: NovaApi['allocations'] = () =>
    Promise.resolve({ facts: this.held, write: (allocations) => this.#act('write', JSON.stringify(allocations)) })
  readonly hostOf: NovaApi['hostOf'] = (hostname) =>
    Promise.resolve(this.hypervisors?.includes(hostname) === false ? null : hostname)
  readonly requestOf: NovaApi['requestOf'] = () => Promise.resolve('req-2')
  /** By their IDs. */
  readonly groups = new Map<string, ServerGroup>()
  /** Why each compute service is disabled that is. */
  readonly disabled = new Map<string, string>()
  readonly groupOf: NovaApi['groupOf'] = (id) => {
    const group = this.groups.get(id)
    return group === undefined ? Promise.reject(new Error(`no group ${id}`)) : Promise.resolve(group)
  }
  /** What disabling or enabling a service is refused with. */
  serviceRefusal: Error | null = null
  readonly disable: NovaApi['disable'] = (host, reason) => {
    if (this.serviceRefusal !== null) return Promise.reject(this.serviceRefusal)
    const isNew = !this.disabled.has(host)
    if (isNew) this.disabled.set(host, reason)
    return Promise.resolve(isNew)
  }
  readonly enable: NovaApi['enable'] = (host, reason) => {
    const isOurs = this.disabled.get(host)?.startsWith(reason) === true
    if (isOurs) this.disabled.delete(host)
    return Promise.resolve(isOurs)
  }
  readonly whyFailed: NovaApi['whyFailed'] = () => Promise.resolve(null)

  #act(name: Act, what: number | string): Promise<{ readonly status: number; readonly requestId: string }> {
    this.asked.push(`${name} ${what}`)
    return this.#unless(name, { status: 202, requestId: 'req-1' })
  }

  #unless<T>(name: Act | 'newestMigration', value: T): Promise<T> {
    const refusal = this.refusals.get(name)
    return refusal === undefined ? Promise.resolve(value) : Promise.reject(refusal)
  }
}

const at = new Date('2026-11-28T20:00:00Z')

export const plainServer: Server = {
  id: '',
  name: 'web1',
  status: 'ACTIVE',
  vmState: 'active',
  taskState: null,
  powerState: 'running',
  host: 'host1',
  hypervisorHostname: 'host1',
  instanceName: 'instance-00000001',
  hostStatus: 'UP',
  projectId: 'p1',
  userId: 'u1',
  availabilityZone: 'nova',
  metadata: {},
  flavor: { id: null, name: 'm1', vcpus: 1, memoryMiB: 1024, rootDiskGiB: 0, ephemeralDiskGiB: 0, extraSpecs: {} },
  imageId: null,
  volumes: [],
  progress: null,
  locked: false,
  lockedReason: null,
  serverGroups: [],
  hasConfigDrive: false,
  fault: null,
  createdAt: at,
  updatedAt: at,
}

const plainMigration: Migration = {
  id: 7,
  uuid: '99999999-2222-3333-4444-555555555555',
  status: 'running',
  statusAsSent: 'running',
  type: 'live-migration',
  serverId: '',
  sourceHost: 'host1',
  sourceNode: 'host1',
  destinationHost: 'host2',
  destinationNode: 'host2',
  userId: 'u1',
  projectId: 'p1',
  createdAt: at,
  updatedAt: at,
}
