import { expect, it } from 'vitest'
import { remote } from '../../src/testing/fake-libvirtd.ts'
import { guest } from '../session.ts'
import { dom, flags, on, openSubject } from './subject.ts'
import type { Case } from './subject.ts'

// Each method: what it sends, what comes back, what it gives.
const cases: readonly Case[] = [
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
    remote.nodeGetFreePages,
    { pages: [2048], startCell: 0, cellCount: 2, flags },
    { counts: [512n, 0n] },
    ({ c }) => c.nodeGetFreePages(2 * 1024 ** 2, 0, 2),
    [512, 0],
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
]

it.each(cases)('$name', async ({ run, expected }) => {
  expect(await run(await openSubject())).toEqual(expected)
})
