import { expect, it } from 'vitest'
import { remote } from '../../src/testing/fake-libvirtd.ts'
import { flags, net, on, openSubject, pool, secret, vol } from './subject.ts'
import type { Case } from './subject.ts'

// Each method: what it sends, what comes back, what it gives.
const cases: readonly Case[] = [
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
  expect(await run(await openSubject())).toEqual(expected)
})
