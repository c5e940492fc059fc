import { describe, expect, it } from 'vitest'
import { Domain, Network, Secret, StoragePool, StorageVol } from '../src/index.ts'
import type { Connection } from '../src/index.ts'
import type { Procedure } from '../src/protocol/procedure.ts'
import { qemu, remote } from '../src/testing/fake-libvirtd.ts'
import { failure, guest, openSession } from './session.ts'
import type { Session } from './session.ts'

// Each method: what it sends, what comes back, what it gives.

const pool = { name: 'pool1', uuid: '1c1b9f40-9a67-4a8a-a9c4-0d7c9f0e1a01' }
const vol = { pool: 'pool1', name: 'vol1', key: '/pool1/vol1' }
const net = { name: 'net1', uuid: '1c1b9f40-9a67-4a8a-a9c4-0d7c9f0e1a02' }
const secret = { uuid: '1c1b9f40-9a67-4a8a-a9c4-0d7c9f0e1a03', usageType: 2, usageID: 'client.one' }

interface Case {
  readonly name: string
  readonly expected: unknown
  readonly run: (session: Session) => Promise<{ readonly given: unknown; readonly sent: unknown }>
}

const on = <Args, Ret>(
  procedure: Procedure<Args, Ret>,
  expectedArgs: NoInfer<Args>,
  answer: NoInfer<Ret>,
  ask: (subject: Subject) => Promise<unknown>,
  expected?: unknown,
): Case => ({
  name: procedure.name,
  expected: { given: expected, sent: expectedArgs },
  run: async ({ daemon, connection }) => {
    daemon.respond(procedure, () => answer)
    daemon.respond(remote.nodeGetCpuMap, () => ({ cpumap: new Uint8Array([0b101]), online: 2, ret: 3 }))
    const given = await ask(subjectOf(connection))
    // Where an object comes back, other cases look at what is in it.
    return { given: expected === undefined ? undefined : given, sent: daemon.callsOf(procedure).at(-1) }
  },
})

interface Subject {
  readonly c: Connection
  readonly d: Domain
  readonly p: StoragePool
  readonly v: StorageVol
  readonly n: Network
  readonly s: Secret
}

const subjectOf = (c: Connection): Subject => ({
  c,
  d: new Domain(c, guest),
  p: new StoragePool(c, pool),
  v: new StorageVol(c, vol),
  n: new Network(c, net),
  s: new Secret(c, secret),
})

const dom = guest
const flags = 0
const llong = (field: string, value: bigint): { field: string; type: 'llong'; value: bigint } => ({
  field,
  type: 'llong',
  value,
})

const cases: readonly Case[] = [
  // a domain's share of its host
  on(remote.domainGetVcpusFlags, { dom, flags: 4 }, { num: 3 }, ({ d }) => d.getVcpusFlags(4), 3),
  on(remote.domainSetVcpusFlags, { dom, nvcpus: 2, flags: 1 }, undefined, ({ d }) => d.setVcpusFlags(2, 1)),
  on(remote.domainPinVcpuFlags, { dom, vcpu: 1, cpumap: new Uint8Array([1, 2]), flags: 1 }, undefined, ({ d }) =>
    d.pinVcpuFlags(1, [0, 9], 1),
  ),
  on(
    remote.domainGetEmulatorPinInfo,
    { dom, maplen: 1, flags },
    { cpumaps: new Uint8Array([6]), ret: 1 },
    ({ d }) => d.getEmulatorPinInfo(),
    [1, 2],
  ),
  on(remote.domainPinEmulator, { dom, cpumap: new Uint8Array([4]), flags }, undefined, ({ d }) => d.pinEmulator([2])),
  on(
    remote.domainGetIothreadInfo,
    { dom, flags },
    { info: [{ iothreadId: 7, cpumap: new Uint8Array([3]) }], ret: 1 },
    ({ d }) => d.getIOThreadInfo(),
    [{ id: 7, cpus: [0, 1] }],
  ),
  on(
    remote.domainGetCpuStats,
    { dom, startCpu: -1, ncpus: 1, nparams: 1, flags: 4 },
    { params: [{ field: 'cpu_time', type: 'ullong', value: 5n }], nparams: 1 },
    ({ d }) => d.getCPUStats(),
    { cpu_time: 5n },
  ),
  on(remote.domainGetMaxMemory, { dom }, { memory: 2n }, ({ d }) => d.getMaxMemory(), 2048),
  on(remote.domainSetMemoryFlags, { dom, memory: 3n, flags: 1 }, undefined, ({ d }) => d.setMemoryFlags(3072, 1)),
  on(
    remote.domainMemoryStats,
    { dom, maxStats: 64, flags },
    {
      stats: [
        { tag: 7, val: 5n },
        { tag: 3, val: 9n },
        { tag: 99, val: 1n },
      ],
    },
    ({ d }) => d.memoryStats(),
    { rssBytes: 5120, minorFaults: 9 },
  ),
  on(
    remote.domainMemoryPeek,
    { dom, offset: 1048576n, size: 3, flags: 2 },
    { buffer: new Uint8Array([1, 0, 2]) },
    ({ d }) => d.memoryPeek(1_048_576, 3),
    new Uint8Array([1, 0, 2]),
  ),
  on(remote.domainSetMemoryStatsPeriod, { dom, period: 2, flags: 1 }, undefined, ({ d }) =>
    d.setMemoryStatsPeriod(2, 1),
  ),
  on(
    remote.domainGetMemoryParameters,
    { dom, nparams: 1, flags: 4 },
    { params: [{ field: 'hard_limit', type: 'ullong', value: 1n }], nparams: 1 },
    ({ d }) => d.getMemoryParameters(),
    { hard_limit: 1n },
  ),
  on(
    remote.domainSetSchedulerParametersFlags,
    {
      dom,
      params: [{ field: 'cpu_shares', type: 'ullong', value: 100n }, llong('vcpu_quota', -1n)],
      flags: 1,
    },
    undefined,
    ({ d }) => d.setSchedulerParametersFlags({ cpuShares: 100, vcpuQuotaUs: -1 }, 1),
  ),

  // devices
  on(
    remote.domainBlockStats,
    { dom, path: 'vda' },
    { rdReq: 1n, rdBytes: 512n, wrReq: 2n, wrBytes: 1024n, errs: -1n },
    ({ d }) => d.blockStats('vda'),
    { readRequests: 1, readBytes: 512, writeRequests: 2, writeBytes: 1024 },
  ),
  on(
    remote.domainBlockStatsFlags,
    { dom, path: 'vda', nparams: 1, flags: 4 },
    { params: [llong('rd_bytes', 3n)], nparams: 1 },
    ({ d }) => d.blockStatsFlags('vda'),
    { rd_bytes: 3n },
  ),
  on(
    remote.domainGetBlockInfo,
    { dom, path: 'vda', flags },
    { allocation: 1n, capacity: 3n, physical: 2n },
    ({ d }) => d.getBlockInfo('vda'),
    { capacityBytes: 3, allocationBytes: 1, physicalBytes: 2 },
  ),
  on(
    remote.domainGetBlockJobInfo,
    { dom, path: 'vda', flags: 1 },
    { found: 1, type: 2, bandwidth: 10n, cur: 3n, end: 9n },
    ({ d }) => d.getBlockJobInfo('vda'),
    { type: 'copy', bandwidthBytesPerSecond: 10, current: 3, end: 9 },
  ),
  on(remote.domainBlockJobAbort, { dom, path: 'vda', flags: 2 }, undefined, ({ d }) => d.blockJobAbort('vda', 2)),
  on(remote.domainBlockJobSetSpeed, { dom, path: 'vda', bandwidth: 5n, flags: 1 }, undefined, ({ d }) =>
    d.blockJobSetSpeed('vda', 5),
  ),
  on(
    remote.domainBlockCopy,
    {
      dom,
      path: 'vda',
      destxml: '<disk/>',
      params: [
        { field: 'bandwidth', type: 'ullong', value: 9n },
        { field: 'granularity', type: 'uint', value: 65536 },
      ],
      flags: 1,
    },
    undefined,
    ({ d }) => d.blockCopy('vda', '<disk/>', { bandwidthBytesPerSecond: 9, granularityBytes: 65536 }, 1),
  ),
  on(remote.domainBlockResize, { dom, disk: 'vda', size: 4096n, flags: 1 }, undefined, ({ d }) =>
    d.blockResize('vda', 4096),
  ),
  on(
    remote.domainGetBlockIoTune,
    { dom, disk: 'vda', nparams: 1, flags: 4 },
    { params: [{ field: 'total_bytes_sec', type: 'ullong', value: 1n }], nparams: 1 },
    ({ d }) => d.getBlockIoTune('vda'),
    { total_bytes_sec: 1n },
  ),
  on(
    remote.domainGetBlkioParameters,
    { dom, nparams: 1, flags: 4 },
    { params: [{ field: 'weight', type: 'uint', value: 5 }], nparams: 1 },
    ({ d }) => d.getBlkioParameters(),
    { weight: 5 },
  ),
  on(
    remote.domainGetDiskErrors,
    { dom, maxerrors: 256, flags },
    { errors: [{ disk: 'vda', error: 2 }], nerrors: 1 },
    ({ d }) => d.getDiskErrors(),
    [{ disk: 'vda', error: 'no-space' }],
  ),
  on(
    remote.domainInterfaceStats,
    { dom, device: 'vnet0' },
    {
      rxBytes: 1n,
      rxPackets: 2n,
      rxErrs: 3n,
      rxDrop: 4n,
      txBytes: 5n,
      txPackets: 6n,
      txErrs: -1n,
      txDrop: -1n,
    },
    ({ d }) => d.interfaceStats('vnet0'),
    { rxBytes: 1, rxPackets: 2, rxErrors: 3, rxDrops: 4, txBytes: 5, txPackets: 6 },
  ),
  on(remote.domainAttachDeviceFlags, { dom, xml: '<x/>', flags: 1 }, undefined, ({ d }) =>
    d.attachDeviceFlags('<x/>', 1),
  ),
  on(remote.domainDetachDeviceFlags, { dom, xml: '<x/>', flags: 2 }, undefined, ({ d }) =>
    d.detachDeviceFlags('<x/>', 2),
  ),
  on(remote.domainUpdateDeviceFlags, { dom, xml: '<x/>', flags }, undefined, ({ d }) => d.updateDeviceFlags('<x/>')),

  // the guest agent
  on(
    qemu.domainAgentCommand,
    { dom, cmd: '{"execute":"guest-ping"}', timeout: 3, flags },
    { result: '{"return":{}}' },
    ({ d }) => d.qemuAgentCommand({ execute: 'guest-ping' }, 3),
    {},
  ),
  on(remote.domainFsfreeze, { dom, mountpoints: ['/'], flags }, { filesystems: 1 }, ({ d }) => d.fsFreeze(['/']), 1),
  on(remote.domainFsthaw, { dom, mountpoints: [], flags }, { filesystems: 2 }, ({ d }) => d.fsThaw(), 2),
  on(remote.domainFstrim, { dom, mountPoint: undefined, minimum: 4n, flags }, undefined, ({ d }) =>
    d.fsTrim(undefined, 4),
  ),
  on(remote.domainGetTime, { dom, flags }, { seconds: 2n, nseconds: 5 }, ({ d }) => d.getTime(), 2_000_000_005n),
  on(
    remote.domainInterfaceAddresses,
    { dom, source: 1, flags },
    { ifaces: [{ name: 'eth0', hwaddr: undefined, addrs: [{ type: 1, addr: 'fe80::1', prefix: 64 }] }] },
    ({ d }) => d.interfaceAddresses('agent'),
    [{ name: 'eth0', mac: '', addresses: [{ type: 'ipv6', address: 'fe80::1', prefix: 64 }] }],
  ),
  on(
    remote.domainGetGuestInfo,
    { dom, types: 8, flags },
    { params: [{ field: 'hostname', type: 'string', value: 'inside' }] },
    ({ d }) => d.getGuestInfo(8),
    { hostname: 'inside' },
  ),

  // seldom asked of a domain
  on(remote.domainGetOsType, { dom }, { type: 'hvm' }, ({ d }) => d.getOSType(), 'hvm'),
  on(remote.domainIsUpdated, { dom }, { updated: 1 }, ({ d }) => d.isUpdated(), true),
  on(
    remote.domainGetControlInfo,
    { dom, flags },
    { state: 1, details: 0, stateTime: 12n },
    ({ d }) => d.getControlInfo(),
    { state: 'job', error: 'none', stateTimeMs: 12 },
  ),
  on(remote.domainGetMessages, { dom, flags: 2 }, { msgs: ['tainted'] }, ({ d }) => d.getMessages(2), ['tainted']),
  on(remote.domainRename, { dom, newName: 'other', flags }, { retcode: 0 }, ({ d }) => d.rename('other')),
  on(remote.domainReset, { dom, flags }, undefined, ({ d }) => d.reset()),
  on(remote.domainInjectNmi, { dom, flags }, undefined, ({ d }) => d.injectNMI()),
  on(remote.domainManagedSave, { dom, flags: 4 }, undefined, ({ d }) => d.managedSave(4)),
  on(remote.domainHasManagedSaveImage, { dom, flags }, { result: 1 }, ({ d }) => d.hasManagedSaveImage(), true),
  on(remote.domainManagedSaveRemove, { dom, flags }, undefined, ({ d }) => d.managedSaveRemove()),
  on(
    remote.domainListAllCheckpoints,
    { dom, needResults: 0, flags },
    { checkpoints: [], ret: 2 },
    ({ d }) => d.checkpointNum(),
    2,
  ),
  on(remote.domainGetAutostartOnce, { dom }, { autostart: 1 }, ({ d }) => d.getAutostartOnce(), true),
  on(
    remote.domainMigrateGetCompressionCache,
    { dom, flags },
    { cacheSize: 64n },
    ({ d }) => d.migrateGetCompressionCache(),
    64,
  ),
  on(remote.domainMigrateSetCompressionCache, { dom, cacheSize: 128n, flags }, undefined, ({ d }) =>
    d.migrateSetCompressionCache(128),
  ),
  on(remote.domainUndefine, { dom }, undefined, ({ d }) => d.undefine()),

  // a host
  on(remote.connectIsSecure, undefined, { secure: 1 }, ({ c }) => c.isSecure(), true),
  on(remote.connectGetSysinfo, { flags }, { sysinfo: '<sysinfo/>' }, ({ c }) => c.getSysinfo(), '<sysinfo/>'),
  on(remote.connectNumOfDomains, undefined, { num: 4 }, ({ c }) => c.numOfDomains(), 4),
  on(remote.connectCompareCpu, { xml: '<cpu/>', flags }, { result: 2 }, ({ c }) => c.compareCPU('<cpu/>'), 'superset'),
  on(remote.connectBaselineCpu, { xmlCPUs: ['<cpu/>'], flags }, { cpu: '<b/>' }, ({ c }) => c.baselineCPU(['<cpu/>'])),
  on(
    remote.connectBaselineHypervisorCpu,
    { emulator: undefined, arch: 'x86_64', machine: undefined, virttype: 'kvm', xmlCPUs: ['<cpu/>'], flags },
    { cpu: '<b/>' },
    ({ c }) => c.baselineHypervisorCPU(['<cpu/>'], { arch: 'x86_64', virtType: 'kvm' }),
    '<b/>',
  ),
  on(
    remote.nodeGetCellsFreeMemory,
    { startCell: 0, maxcells: 2 },
    { cells: [1n, 2n] },
    ({ c }) => c.nodeGetCellsFreeMemory(0, 2),
    [1, 2],
  ),
  on(
    remote.nodeGetCpuStats,
    { cpuNum: -1, nparams: 1, flags },
    { params: [{ field: 'idle', value: 8n }], nparams: 1 },
    ({ c }) => c.nodeGetCPUStats(),
    { idleNs: 8n },
  ),
  on(
    remote.nodeGetMemoryParameters,
    { nparams: 1, flags },
    { params: [{ field: 'shm_run', type: 'uint', value: 1 }], nparams: 1 },
    ({ c }) => c.nodeGetMemoryParameters(),
    { shm_run: 1 },
  ),
  on(remote.domainLookupById, { id: 3 }, { dom }, async ({ c }) => (await c.domainLookupByID(3)).ref, guest),

  // storage
  on(
    remote.connectListAllStoragePools,
    { needResults: 1, flags: 2 },
    { pools: [pool], ret: 1 },
    async ({ c }) => (await c.listAllStoragePools(2)).map(({ ref }) => ref),
    [pool],
  ),
  on(
    remote.storagePoolLookupByName,
    { name: 'pool1' },
    { pool },
    async ({ c }) => (await c.storagePoolLookupByName('pool1')).uuid,
    pool.uuid,
  ),
  on(
    remote.storagePoolLookupByUuid,
    { uuid: pool.uuid },
    { pool },
    async ({ c }) => (await c.storagePoolLookupByUUID(pool.uuid)).name,
    'pool1',
  ),
  on(
    remote.storagePoolLookupByVolume,
    { vol },
    { pool },
    async ({ c, v }) => (await c.storagePoolLookupByVolume(v)).name,
    'pool1',
  ),
  on(
    remote.storagePoolLookupByTargetPath,
    { path: '/pool1' },
    { pool },
    async ({ c }) => (await c.storagePoolLookupByTargetPath('/pool1')).name,
    'pool1',
  ),
  on(remote.storagePoolDefineXml, { xml: '<pool/>', flags }, { pool }, ({ c }) => c.storagePoolDefineXML('<pool/>')),
  on(remote.storagePoolCreateXml, { xml: '<pool/>', flags }, { pool }, ({ c }) => c.storagePoolCreateXML('<pool/>')),
  on(
    remote.storagePoolGetInfo,
    { pool },
    { state: 2, capacity: 9n, allocation: 4n, available: 5n },
    ({ p }) => p.getInfo(),
    { state: 'running', capacityBytes: 9, allocationBytes: 4, availableBytes: 5 },
  ),
  on(remote.storagePoolGetXmlDesc, { pool, flags: 1 }, { xml: '<pool/>' }, ({ p }) => p.getXMLDesc(1), '<pool/>'),
  on(remote.storagePoolIsActive, { pool }, { active: 1 }, ({ p }) => p.isActive(), true),
  on(remote.storagePoolIsPersistent, { pool }, { persistent: 0 }, ({ p }) => p.isPersistent(), false),
  on(remote.storagePoolGetAutostart, { pool }, { autostart: 1 }, ({ p }) => p.getAutostart(), true),
  on(remote.storagePoolSetAutostart, { pool, autostart: 1 }, undefined, ({ p }) => p.setAutostart(true)),
  on(remote.storagePoolCreate, { pool, flags }, undefined, ({ p }) => p.create()),
  on(remote.storagePoolBuild, { pool, flags }, undefined, ({ p }) => p.build()),
  on(remote.storagePoolDestroy, { pool }, undefined, ({ p }) => p.destroy()),
  on(remote.storagePoolDelete, { pool, flags }, undefined, ({ p }) => p.delete()),
  on(remote.storagePoolUndefine, { pool }, undefined, ({ p }) => p.undefine()),
  on(remote.storagePoolRefresh, { pool, flags }, undefined, ({ p }) => p.refresh()),
  on(
    remote.storagePoolListAllVolumes,
    { pool, needResults: 1, flags },
    { vols: [vol], ret: 1 },
    async ({ p }) => (await p.listAllVolumes()).map(({ ref }) => ref),
    [vol],
  ),
  on(
    remote.storageVolLookupByName,
    { pool, name: 'vol1' },
    { vol },
    async ({ p }) => (await p.storageVolLookupByName('vol1')).key,
    vol.key,
  ),
  on(
    remote.storageVolLookupByKey,
    { key: vol.key },
    { vol },
    async ({ c }) => (await c.storageVolLookupByKey(vol.key)).name,
    'vol1',
  ),
  on(
    remote.storageVolLookupByPath,
    { path: vol.key },
    { vol },
    async ({ c }) => (await c.storageVolLookupByPath(vol.key)).name,
    'vol1',
  ),
  on(remote.storageVolCreateXml, { pool, xml: '<volume/>', flags: 1 }, { vol }, ({ p }) =>
    p.storageVolCreateXML('<volume/>', 1),
  ),
  on(remote.storageVolGetInfo, { vol }, { type: 1, capacity: 8n, allocation: 7n }, ({ v }) => v.getInfo(), {
    type: 'block',
    capacityBytes: 8,
    allocationBytes: 7,
  }),
  on(remote.storageVolGetXmlDesc, { vol, flags }, { xml: '<volume/>' }, ({ v }) => v.getXMLDesc(), '<volume/>'),
  on(remote.storageVolGetPath, { vol }, { name: '/p' }, ({ v }) => v.getPath(), '/p'),
  on(remote.storageVolDelete, { vol, flags }, undefined, ({ v }) => v.delete()),
  on(remote.storageVolResize, { vol, capacity: 16n, flags: 1 }, undefined, ({ v }) => v.resize(16, 1)),

  // networks and secrets
  on(
    remote.connectListAllNetworks,
    { needResults: 1, flags },
    { nets: [net], ret: 1 },
    async ({ c }) => (await c.listAllNetworks()).map(({ ref }) => ref),
    [net],
  ),
  on(
    remote.networkLookupByName,
    { name: 'net1' },
    { net },
    async ({ c }) => (await c.networkLookupByName('net1')).uuid,
    net.uuid,
  ),
  on(
    remote.networkLookupByUuid,
    { uuid: net.uuid },
    { net },
    async ({ c }) => (await c.networkLookupByUUID(net.uuid)).name,
    'net1',
  ),
  on(remote.networkGetXmlDesc, { net, flags }, { xml: '<network/>' }, ({ n }) => n.getXMLDesc(), '<network/>'),
  on(remote.networkGetBridgeName, { net }, { name: 'virbr0' }, ({ n }) => n.getBridgeName(), 'virbr0'),
  on(remote.networkGetAutostart, { net }, { autostart: 0 }, ({ n }) => n.getAutostart(), false),
  on(remote.networkIsActive, { net }, { active: 1 }, ({ n }) => n.isActive(), true),
  on(remote.networkIsPersistent, { net }, { persistent: 1 }, ({ n }) => n.isPersistent(), true),
  on(
    remote.connectListAllSecrets,
    { needResults: 1, flags },
    { secrets: [secret], ret: 1 },
    async ({ c }) => (await c.listAllSecrets()).map(({ usageType, ref }) => ({ usageType, ref })),
    [{ usageType: 'ceph', ref: secret }],
  ),
  on(
    remote.secretLookupByUuid,
    { uuid: secret.uuid },
    { secret },
    async ({ c }) => (await c.secretLookupByUUID(secret.uuid)).usageId,
    'client.one',
  ),
  on(
    remote.secretLookupByUsage,
    { usageType: 2, usageID: 'client.one' },
    { secret },
    async ({ c }) => (await c.secretLookupByUsage('ceph', 'client.one')).uuid,
    secret.uuid,
  ),
  on(remote.secretGetXmlDesc, { secret, flags }, { xml: '<secret/>' }, ({ s }) => s.getXMLDesc(), '<secret/>'),
  on(
    remote.secretGetValue,
    { secret, flags },
    { value: new Uint8Array([1, 2]) },
    async ({ s }) => [...(await s.getValue())],
    [1, 2],
  ),
]

it.each(cases)('$name', async ({ run, expected }) => {
  expect(await run(await openSession({}, { libVersion: 12_000_000 }))).toEqual(expected)
})

describe('arguments that can never be right are not sent', () => {
  const wrong: Readonly<Record<string, (subject: Subject) => Promise<unknown>>> = {
    'half a KiB of memory': ({ d }) => d.setMemoryFlags(512),
    'a CPU below 0': ({ d }) => d.pinVcpuFlags(0, [-1]),
    'a fractional quota': ({ d }) => d.setSchedulerParametersFlags({ vcpuQuotaUs: 0.5 }),
    'negative shares': ({ d }) => d.setSchedulerParametersFlags({ cpuShares: -1 }),
    'a negative size': ({ v }) => v.resize(-1),
  }
  it.each(Object.keys(wrong))('%s', async (name) => {
    const { daemon, connection } = await openSession()
    const error = await failure(Promise.resolve().then(() => wrong[name]?.(subjectOf(connection))))
    expect(error).toMatchObject({ code: 'LIBVIRT_BAD_ARGUMENT' })
    expect(daemon.calls).toEqual([])
  })
})

it('a disk without a job has none', async () => {
  const { daemon, connection } = await openSession()
  daemon.respond(remote.domainGetBlockJobInfo, () => ({ found: 0, type: 0, bandwidth: 0n, cur: 0n, end: 0n }))
  expect(await new Domain(connection, guest).getBlockJobInfo('vda')).toBeUndefined()
})

it('vCPU pinning asks for as many maps as there are vCPUs', async () => {
  const { daemon, connection } = await openSession()
  daemon.respond(remote.nodeGetCpuMap, () => ({ cpumap: new Uint8Array(), online: 9, ret: 9 }))
  daemon.respond(remote.domainGetVcpusFlags, () => ({ num: 2 }))
  daemon.respond(remote.domainGetVcpuPinInfo, () => ({ cpumaps: new Uint8Array([1, 0, 0, 1]), num: 2 }))
  expect(await new Domain(connection, guest).getVcpuPinInfo()).toEqual([[0], [8]])
  expect(daemon.callsOf(remote.domainGetVcpuPinInfo)).toEqual([{ dom: guest, ncpumaps: 2, maplen: 2, flags: 0 }])
})
