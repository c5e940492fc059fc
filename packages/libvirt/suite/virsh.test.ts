import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, DomainStats, DomainXmlFlag, ListDomainsFlag, formatVersion } from '../src/index.ts'
import type { Connection, Domain, ParamRecord } from '../src/index.ts'
import { secretDefineXml } from '../src/protocol/remote.gen.ts'
import { connected, destination, guestXml, removeGuest, source, virsh } from './laboratory.ts'

// The same question put to the same host, here and through virsh.

const name = 'client-virsh'
const uuid = randomUUID()

const pool = 'client-pool'
const poolPath = '/tmp/client-pool'
const volume = 'disk.img'
const volumeXml = `<volume><name>${volume}</name><capacity unit='MiB'>8</capacity><allocation unit='MiB'>1</allocation></volume>`
const poolXml = `<pool type='dir'><name>${pool}</name><target><path>${poolPath}</path></target></pool>`
const secretUuid = '3b1a3f0c-4c86-4ad0-8b6d-6f0d6c3e51f7'
const secretXml = `<secret><uuid>${secretUuid}</uuid><usage type='ceph'><name>client.suite</name></usage></secret>`
const devices = `
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none' iothread='1'/>
      <source file='${poolPath}/${volume}'/>
      <target dev='vda' bus='virtio'/>
      <iotune><total_iops_sec>5000</total_iops_sec></iotune>
    </disk>
    <interface type='ethernet'><mac address='52:54:00:12:34:56'/><target dev='lfclient0'/></interface>`

const removeAll = async (): Promise<void> => {
  await removeGuest(name)
  await virsh(source, ['secret-undefine', secretUuid]).catch(() => '')
  await virsh(source, ['vol-delete', '--pool', pool, volume]).catch(() => '')
  await virsh(source, ['pool-destroy', pool]).catch(() => '')
  await virsh(source, ['pool-delete', pool]).catch(() => '')
  await virsh(source, ['pool-undefine', pool]).catch(() => '')
}

beforeAll(async () => {
  await removeAll()
  await using connection = await connect(source.unixUri)
  const defined = await connection.storagePoolDefineXML(poolXml)
  await defined.build()
  await defined.create()
  await defined.storageVolCreateXML(volumeXml)
  await connection.call(secretDefineXml, { xml: secretXml, flags: 0 })
  const withThread = guestXml(name, uuid, devices).replace('<os>', '<iothreads>1</iothreads><os>')
  await (await connection.domainDefineXML(withThread)).create()
})

afterAll(removeAll)

/** `Name:   value` lines. */
const fields = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, key, value] = /^\s*([^:=]+?)\s*[:=]\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined ? [] : [[key, value ?? '']]
    }),
  )

const field = (key: string) => (text: string) => fields(text)[key]

const kib = (text: string | undefined): number => Number.parseInt(text ?? '', 10) * 1024

const lines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .toSorted()

// virsh's domstats print, per domain, the very names and values of the typed parameters.
const stats = (text: string): Record<string, string> => {
  const { [`Domain`]: ignored, ...rest } = fields(text)
  return ignored === undefined ? rest : rest
}

const asText = (params: ParamRecord): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value),
    ]),
  )

// What moves between two questions.
const steady = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).filter(
      ([key]) =>
        !/time|vcpu\.\d+\..*\.(sum|cur|max)$|\.(user|system|wait|delay|rss|last-update|halt|exit|pf|signal|req|insn|fpu|irq|hypercall|invlpg|tlb|nmi|mmu|host|l1d|remote|preempt|nested|bus|guest|directed|request)/.test(
          key,
        ),
    ),
  )

interface Question {
  readonly args: readonly string[]
  readonly theirs: (printed: string) => unknown
  readonly ours: (connection: Connection, domain: Domain) => unknown
}

const questions: Record<string, Question> = {
  hostname: { args: ['hostname'], theirs: (text) => text.trim(), ours: (c) => c.getHostname() },
  uri: { args: ['uri'], theirs: (text) => text.trim(), ours: (c) => c.getURI() },
  'libvirt version': {
    args: ['version', '--daemon'],
    theirs: (text) => /Running against daemon: (\S+)/.exec(text)?.[1],
    ours: async (c) => formatVersion(await c.getLibVersion()),
  },
  'QEMU version': {
    args: ['version'],
    theirs: (text) => /Running hypervisor: QEMU (\S+)/.exec(text)?.[1],
    ours: async (c) => formatVersion(await c.getVersion()),
  },
  type: {
    args: ['version'],
    theirs: (text) => /Running hypervisor: (\S+)/.exec(text)?.[1],
    ours: (c) => c.getType(),
  },
  'node info': {
    args: ['nodeinfo'],
    theirs: (text) => {
      const of = fields(text)
      return [
        of['CPU model'],
        ...['CPU(s)', 'CPU socket(s)', 'Core(s) per socket', 'Thread(s) per core', 'NUMA cell(s)'].map((key) =>
          Number(of[key]),
        ),
        kib(of['Memory size']),
      ]
    },
    ours: async (c) => {
      const info = await c.nodeGetInfo()
      return [info.model, info.cpus, info.sockets, info.cores, info.threads, info.nodes, info.memoryBytes]
    },
  },
  'total memory': {
    args: ['nodememstats'],
    theirs: (text) => kib(field('total')(text)),
    ours: async (c) => (await c.nodeGetMemoryStats()).totalBytes,
  },
  capabilities: {
    args: ['capabilities'],
    theirs: (text) => text.trim(),
    ours: async (c) => (await c.getCapabilities()).trim(),
  },
  'domain capabilities': {
    args: ['domcapabilities'],
    theirs: (text) => text.trim(),
    ours: async (c) => (await c.getDomainCapabilities()).trim(),
  },
  'domain capabilities of one machine': {
    args: ['domcapabilities', '--virttype', 'qemu', '--arch', 'x86_64', '--machine', 'q35'],
    theirs: (text) => text.trim(),
    ours: async (c) => (await c.getDomainCapabilities({ virtType: 'qemu', arch: 'x86_64', machine: 'q35' })).trim(),
  },
  'all domains': {
    args: ['list', '--all', '--name'],
    theirs: lines,
    ours: async (c) => (await c.listAllDomains()).map((domain) => domain.name).toSorted(),
  },
  'running domains': {
    args: ['list', '--state-running', '--name'],
    theirs: lines,
    ours: async (c) => (await c.listAllDomains(ListDomainsFlag.RUNNING)).map((domain) => domain.name).toSorted(),
  },
  'inactive domains': {
    args: ['list', '--inactive', '--name'],
    theirs: lines,
    ours: async (c) => (await c.listAllDomains(ListDomainsFlag.INACTIVE)).map((domain) => domain.name).toSorted(),
  },
  'persistent domains': {
    args: ['list', '--all', '--persistent', '--name'],
    theirs: lines,
    ours: async (c) => (await c.listAllDomains(ListDomainsFlag.PERSISTENT)).map((domain) => domain.name).toSorted(),
  },
  'a UUID by name': {
    args: ['domuuid', name],
    theirs: (text) => text.trim(),
    ours: async (c) => (await c.domainLookupByName(name)).uuid,
  },
  'a name by UUID': {
    args: ['domname', uuid],
    theirs: (text) => text.trim(),
    ours: async (c) => (await c.domainLookupByUUID(uuid)).name,
  },
  'a number by name': {
    args: ['domid', name],
    theirs: (text) => Number(text),
    ours: async (c) => (await c.domainLookupByName(name)).id,
  },
  state: {
    args: ['domstate', '--reason', name],
    theirs: (text) => text.trim(),
    ours: async (_, domain) => {
      const { state, reason } = await domain.getState()
      return `${state} (${reason})`
    },
  },
  info: {
    args: ['dominfo', name],
    theirs: (text) => {
      const of = fields(text)
      return [of['State'], Number(of['CPU(s)']), kib(of['Max memory']), kib(of['Used memory'])]
    },
    ours: async (_, domain) => {
      const info = await domain.getInfo()
      return [info.state, info.vcpus, info.maxMemoryBytes, info.memoryBytes]
    },
  },
  'is persistent': {
    args: ['dominfo', name],
    theirs: (text) => field('Persistent')(text) === 'yes',
    ours: (_, domain) => domain.isPersistent(),
  },
  'starts by itself': {
    args: ['dominfo', name],
    theirs: (text) => field('Autostart')(text) === 'enable',
    ours: (_, domain) => domain.getAutostart(),
  },
  XML: {
    args: ['dumpxml', name],
    theirs: (text) => text.trim(),
    ours: async (_, domain) => (await domain.getXMLDesc()).trim(),
  },
  'inactive XML': {
    args: ['dumpxml', '--inactive', name],
    theirs: (text) => text.trim(),
    ours: async (_, domain) => (await domain.getXMLDesc(DomainXmlFlag.INACTIVE)).trim(),
  },
  'migratable XML': {
    args: ['dumpxml', '--migratable', '--security-info', name],
    theirs: (text) => text.trim(),
    ours: async (_, domain) => (await domain.getXMLDesc(DomainXmlFlag.MIGRATABLE | DomainXmlFlag.SECURE)).trim(),
  },
  'job info': {
    args: ['domjobinfo', name],
    theirs: (text) => field('Job type')(text)?.toLowerCase(),
    ours: async (_, domain) => (await domain.getJobStats()).type,
  },
  'job info, the older call': {
    args: ['domjobinfo', name],
    theirs: (text) => field('Job type')(text)?.toLowerCase(),
    ours: async (_, domain) => (await domain.getJobInfo()).type,
  },
  'maximum downtime': {
    args: ['migrate-getmaxdowntime', name],
    theirs: (text) => Number(text),
    ours: (_, domain) => domain.migrateGetMaxDowntime(),
  },
  'maximum speed': {
    args: ['migrate-getspeed', name],
    theirs: (text) => Number(text),
    ours: (_, domain) => domain.migrateGetMaxSpeed(),
  },
  'maximum speed in post-copy': {
    args: ['migrate-getspeed', '--postcopy', name],
    theirs: (text) => Number(text),
    ours: (_, domain) => domain.migrateGetMaxSpeed(1),
  },
  'scheduler parameters': {
    args: ['schedinfo', name],
    theirs: (text) => {
      const { Scheduler: scheduler, ...rest } = fields(text)
      return scheduler === 'posix' ? rest : text
    },
    ours: async (_, domain) => asText(await domain.getSchedulerParameters()),
  },
  metadata: {
    args: ['metadata', name, '--uri', 'urn:client-suite'],
    theirs: (text) => text.trim(),
    ours: (_, domain) => domain.getMetadata('element', 'urn:client-suite'),
  },
  title: {
    args: ['desc', '--title', name],
    theirs: (text) => text.trim(),
    ours: (_, domain) => domain.getMetadata('title'),
  },
  'how many snapshots': {
    args: ['snapshot-list', '--name', name],
    theirs: (text) => lines(text).length,
    ours: (_, domain) => domain.snapshotNum(),
  },
  'is KVM used': {
    args: ['qemu-monitor-command', name, '--return-value', '{"execute":"query-kvm"}'],
    theirs: (text) => JSON.parse(text) as unknown,
    ours: (_, domain) => domain.qemuMonitorCommand({ execute: 'query-kvm' }),
  },
}

// --- a guest's share of its host

const cpuList = (text: string | undefined): number[] =>
  (text ?? '').split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })

const afterRule = (text: string): string[][] =>
  lines(text.slice(text.indexOf('---'))).flatMap((line) => {
    const cells = line.trim().split(/\s{2,}/)
    return line.startsWith('---') ? [] : [cells]
  })

const sorted = (names: readonly string[]): string[] => names.toSorted()

const yes = (is: boolean): string => (is ? 'yes' : 'no')

const word = (text: string): string => text.trim()

Object.assign(questions, {
  'type of its operating system': {
    args: ['dominfo', name],
    theirs: field('OS Type'),
    ours: (_, domain) => domain.getOSType(),
  },
  'is a managed save there': {
    args: ['dominfo', name],
    theirs: (text) => field('Managed save')(text) === 'yes',
    ours: (_, domain) => domain.hasManagedSaveImage(),
  },
  'starts by itself once': {
    args: ['dominfo', name],
    theirs: (text) => field('Autostart Once')(text) === 'enable',
    ours: (_, domain) => domain.getAutostartOnce(),
  },
  messages: {
    args: ['dominfo', name],
    theirs: (text) => [...text.matchAll(/^(?:Messages:)?\s+(tainted: .*|deprecated.*)$/gm)].map(([, line]) => line),
    ours: (_, domain) => domain.getMessages(),
  },
  'control state': {
    args: ['domcontrol', name],
    theirs: (text) => word(text).split(':')[0],
    ours: async (_, domain) => (await domain.getControlInfo()).state,
  },
  'current vCPUs': {
    args: ['vcpucount', name, '--live'],
    theirs: Number,
    ours: (_, domain) => domain.getVcpusFlags(1),
  },
  'most vCPUs': {
    args: ['vcpucount', name, '--maximum', '--config'],
    theirs: Number,
    ours: (_, domain) => domain.getVcpusFlags(2 | 4),
  },
  'vCPU pinning': {
    args: ['vcpupin', name],
    theirs: (text) => afterRule(text).map(([, cpus]) => cpuList(cpus)),
    ours: (_, domain) => domain.getVcpuPinInfo(),
  },
  'emulator pinning': {
    args: ['emulatorpin', name],
    theirs: (text) => cpuList(/\*:\s*(\S+)/.exec(text)?.[1]),
    ours: (_, domain) => domain.getEmulatorPinInfo(),
  },
  'I/O threads': {
    args: ['iothreadinfo', name],
    theirs: (text) => afterRule(text).map(([id, cpus]) => ({ id: Number(id), cpus: cpuList(cpus) })),
    ours: (_, domain) => domain.getIOThreadInfo(),
  },
  'memory statistics': {
    args: ['dommemstat', name],
    theirs: (text) => [...text.matchAll(/^(\w+) \d+/gm)].map(([, key]) => `${key}Bytes`),
    ours: async (_, domain) => Object.keys(await domain.memoryStats()),
  },
  'memory limits': {
    args: ['memtune', name],
    theirs: (text) => fields(text.replaceAll('unlimited', '9007199254740991')),
    ours: async (_, domain) => asText(await domain.getMemoryParameters()),
  },
  'block I/O weights': {
    args: ['blkiotune', name],
    theirs: (text) => fields(text),
    ours: async (_, domain) => asText(await domain.getBlkioParameters()),
  },
  'CPU statistics: their names': {
    args: ['cpu-stats', name, '--total'],
    theirs: (text) => sorted([...text.matchAll(/\t(\w+)/g)].map(([, key = '']) => key)),
    ours: async (_, domain) => Object.keys(await domain.getCPUStats()).toSorted(),
  },
  'scheduler parameters of the stored definition': {
    args: ['schedinfo', '--config', name],
    theirs: (text) => {
      const { Scheduler: _, ...rest } = fields(text)
      return rest
    },
    ours: async (_, domain) => asText(await domain.getSchedulerParameters(2)),
  },
  'compression cache': {
    args: ['migrate-compcache', name],
    theirs: (text) => Number.parseFloat(/:\s*([\d.]+)/.exec(text)?.[1] ?? '') * 1024 ** 2,
    ours: (_, domain) => domain.migrateGetCompressionCache(),
  },
  'how many checkpoints': {
    args: ['checkpoint-list', '--name', name],
    theirs: (text) => lines(text).length,
    ours: (_, domain) => domain.checkpointNum(),
  },

  // --- its devices

  'block information': {
    args: ['domblkinfo', name, 'vda'],
    theirs: (text) => ['Capacity', 'Allocation', 'Physical'].map((key) => Number(field(key)(text))),
    ours: async (_, domain) => {
      const { capacityBytes, allocationBytes, physicalBytes } = await domain.getBlockInfo('vda')
      return [capacityBytes, allocationBytes, physicalBytes]
    },
  },
  'block statistics': {
    args: ['domblkstat', name, 'vda'],
    theirs: (text) =>
      Object.fromEntries(
        [...text.matchAll(/^vda (\w+) (\d+)/gm)]
          .filter(([, key]) => !key?.includes('times'))
          .map(([, key, value]) => [key, value]),
      ),
    ours: async (_, domain) => {
      const all = asText(await domain.blockStatsFlags('vda'))
      const names: Record<string, string> = {
        rd_operations: 'rd_req',
        wr_operations: 'wr_req',
        flush_operations: 'flush_operations',
      }
      return Object.fromEntries(
        Object.entries(all).flatMap(([key, value]) => (key.includes('times') ? [] : [[names[key] ?? key, value]])),
      )
    },
  },
  'interface statistics': {
    args: ['domifstat', name, 'lfclient0'],
    theirs: (text) => [...text.matchAll(/^\S+ (\w+) (\d+)/gm)].map(([, , value]) => Number(value)),
    ours: async (_, domain) => {
      const s = await domain.interfaceStats('lfclient0')
      return [s.rxBytes, s.rxPackets, s.rxErrors, s.rxDrops, s.txBytes, s.txPackets, s.txErrors, s.txDrops]
    },
  },
  'I/O limits of a disk': {
    args: ['blkdeviotune', name, 'vda'],
    theirs: (text) => fields(text),
    ours: async (_, domain) => asText(await domain.getBlockIoTune('vda')),
  },
  'block job': {
    args: ['blockjob', name, 'vda'],
    theirs: (text) => (text.startsWith('No current block job') ? 'none' : text),
    ours: async (_, domain) => (await domain.getBlockJobInfo('vda'))?.type ?? 'none',
  },
  'disk errors': {
    args: ['domblkerror', name],
    theirs: (text) => (text.startsWith('No errors found') ? [] : text),
    ours: (_, domain) => domain.getDiskErrors(),
  },
  addresses: {
    args: ['domifaddr', name, '--source', 'arp'],
    theirs: (text) => afterRule(text).map(([device]) => device),
    ours: async (_, domain) => (await domain.interfaceAddresses('arp')).map((device) => device.name),
  },

  // --- the host

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

  // --- storage, networks, secrets

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
} satisfies Record<string, Question>)

for (const group of ['state', 'cpu-total', 'balloon', 'vcpu', 'interface', 'block', 'memory', 'dirtyrate'] as const) {
  const bits = {
    state: DomainStats.STATE,
    'cpu-total': DomainStats.CPU_TOTAL,
    balloon: DomainStats.BALLOON,
    vcpu: DomainStats.VCPU,
    interface: DomainStats.INTERFACE,
    block: DomainStats.BLOCK,
    memory: DomainStats.MEMORY,
    dirtyrate: DomainStats.DIRTYRATE,
  }
  questions[`statistics: ${group}`] = {
    args: ['domstats', `--${group}`, name],
    theirs: (text) => steady(stats(text)),
    ours: async (connection, domain) => {
      const [record] = await connection.getAllDomainStats([domain], bits[group])
      return steady(asText(record?.params ?? {}))
    },
  }
}

it.each(Object.keys(questions))('virsh says the same: %s', async (key) => {
  const question = questions[key]
  if (question === undefined) throw new Error('no such question')
  const connection = await connected(source.tcpUri)
  const domain = await connection.domainLookupByName(name)
  const ours = await question.ours(connection, domain)
  const theirs = question.theirs(await virsh(source, question.args))
  expect(theirs).not.toBeUndefined()
  expect(ours).toEqual(theirs)
})

it('virsh says the same: whether the destination can give the guest’s CPU', async () => {
  const domain = await (await connected(source.unixUri)).domainLookupByName(name)
  const xml = await domain.getXMLDesc(DomainXmlFlag.MIGRATABLE | DomainXmlFlag.SECURE)
  const cpu = /<cpu [^]*<\/cpu>/.exec(xml)?.[0] ?? ''
  const other = await connected(destination.tcpUri)
  expect(await other.compareHypervisorCPU(cpu, { virtType: 'qemu' })).not.toBe('incompatible')
  const impossible =
    "<cpu mode='custom' match='exact'><model fallback='forbid'>Nehalem</model><feature policy='require' name='amx-tile'/></cpu>"
  expect(await other.compareHypervisorCPU(impossible, { virtType: 'qemu' })).toBe('incompatible')
})
