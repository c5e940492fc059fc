import { expect, it } from 'vitest'
import { remote } from '../../src/testing/fake-libvirtd.ts'
import { dom, flags, llong, on, openSubject } from './subject.ts'
import type { Case } from './subject.ts'

// Each method: what it sends, what comes back, what it gives.
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
]

it.each(cases)('$name', async ({ run, expected }) => {
  expect(await run(await openSubject())).toEqual(expected)
})
