import { afterRule, asText, field, lines, pool, poolPath, secretUuid, sorted, volume, word, yes } from './question.ts'
import type { Question } from './question.ts'

/** The host, its storage, networks and secrets. */
export const hostQuestions: Readonly<Record<string, Question>> = {
  'CPU map': {
    args: ['nodecpumap'],
    theirs: (text) => [Number(field('CPUs present')(text)), Number(field('CPUs online')(text))],
    ours: async (c) => {
      const { cpus, online } = await c.nodeGetCPUMap()
      return [cpus, online.length]
    },
  },
  'CPU times: their names': {
    args: ['nodecpustats'],
    theirs: (text) => sorted(lines(text).map((line) => (line.split(':')[0] ?? '').replace('system', 'kernel'))),
    ours: async (c) =>
      Object.keys(await c.nodeGetCPUStats())
        .map((key) => key.replace(/Ns$/, ''))
        .toSorted(),
  },
  'page merging': {
    args: ['node-memory-tune'],
    theirs: (text) =>
      Object.fromEntries([...text.matchAll(/^\s+(shm_\w+)\s+(\d+)/gm)].map(([, key, value]) => [key, value])),
    ours: async (c) => asText(await c.nodeGetMemoryParameters()),
  },
  'NUMA cells': {
    args: ['freecell', '--all'],
    theirs: (text) => [...text.matchAll(/^\s*\d+:/gm)].length,
    ours: async (c) => (await c.nodeGetCellsFreeMemory()).length,
  },
  'how many run': {
    args: ['list', '--name'],
    theirs: (text) => lines(text).length,
    ours: (c) => c.numOfDomains(),
  },

  pools: {
    args: ['pool-list', '--all', '--name'],
    theirs: (text) => lines(text).map(word),
    ours: async (c) => (await c.listAllStoragePools()).map((one) => one.name).toSorted(),
  },
  'pool by UUID': {
    args: ['pool-uuid', pool],
    theirs: word,
    ours: async (c) => (await c.storagePoolLookupByName(pool)).uuid,
  },
  'pool information': {
    args: ['pool-info', '--bytes', pool],
    theirs: (text) => ['State', 'Persistent', 'Autostart', 'Capacity'].map((key) => field(key)(text)),
    ours: async (c) => {
      const one = await c.storagePoolLookupByTargetPath(poolPath)
      const { state, capacityBytes } = await one.getInfo()
      return [state, yes(await one.isPersistent()), yes(await one.getAutostart()), String(capacityBytes)]
    },
  },
  'pool XML': {
    args: ['pool-dumpxml', '--inactive', pool],
    theirs: word,
    ours: async (c) => word(await (await c.storagePoolLookupByName(pool)).getXMLDesc(1)),
  },
  volumes: {
    args: ['vol-list', pool],
    theirs: (text) => afterRule(text).map((cells) => cells.map(word)),
    ours: async (c) => {
      const all = await (await c.storagePoolLookupByName(pool)).listAllVolumes()
      return Promise.all(all.map(async (one) => [one.name, await one.getPath()]))
    },
  },
  'volume information': {
    args: ['vol-info', '--bytes', '--pool', pool, volume],
    theirs: (text) =>
      [field('Type')(text), field('Capacity')(text), field('Allocation')(text)].map((v) => v?.split(' ')[0]),
    ours: async (c) => {
      const one = await c.storageVolLookupByPath(`${poolPath}/${volume}`)
      const { type, capacityBytes, allocationBytes } = await one.getInfo()
      return [type, String(capacityBytes), String(allocationBytes)]
    },
  },
  'volume XML': {
    args: ['vol-dumpxml', '--pool', pool, volume],
    theirs: word,
    ours: async (c) =>
      word(await (await (await c.storagePoolLookupByName(pool)).storageVolLookupByName(volume)).getXMLDesc()),
  },
  'pool of a volume': {
    args: ['vol-pool', `${poolPath}/${volume}`],
    theirs: word,
    ours: async (c) => (await c.storagePoolLookupByVolume(await c.storageVolLookupByKey(`${poolPath}/${volume}`))).name,
  },
  networks: {
    args: ['net-list', '--all', '--name'],
    theirs: (text) => lines(text).map(word),
    ours: async (c) => (await c.listAllNetworks()).map((one) => one.name).toSorted(),
  },
  'network information': {
    args: ['net-info', 'default'],
    theirs: (text) => ['UUID', 'Active', 'Persistent', 'Autostart', 'Bridge'].map((key) => field(key)(text)),
    ours: async (c) => {
      const one = await c.networkLookupByName('default')
      const flags = await Promise.all([one.isActive(), one.isPersistent(), one.getAutostart()])
      return [one.uuid, ...flags.map(yes), await one.getBridgeName()]
    },
  },
  'network XML': {
    args: ['net-dumpxml', 'default'],
    theirs: word,
    ours: async (c) => word(await (await c.networkLookupByName('default')).getXMLDesc()),
  },
  secrets: {
    args: ['secret-list'],
    theirs: (text) => afterRule(text).map(([id]) => id),
    ours: async (c) => (await c.listAllSecrets()).map((one) => one.uuid),
  },
  'secret XML': {
    args: ['secret-dumpxml', secretUuid],
    theirs: word,
    ours: async (c) => word(await (await c.secretLookupByUsage('ceph', 'client.suite')).getXMLDesc()),
  },
}
