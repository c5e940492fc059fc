import { expect, it } from 'vitest'
import { qemu, remote } from '../../src/testing/fake-libvirtd.ts'
import { dom, flags, llong, on, openSubject } from './subject.ts'
import type { Case } from './subject.ts'

// Each method: what it sends, what comes back, what it gives.
const cases: readonly Case[] = [
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
]

it.each(cases)('$name', async ({ run, expected }) => {
  expect(await run(await openSubject())).toEqual(expected)
})
