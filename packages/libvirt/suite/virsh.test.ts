import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, DomainStats, DomainXmlFlag, ListDomainsFlag, formatVersion } from '../src/index.ts'
import type { Connection, Domain, ParamRecord } from '../src/index.ts'
import { connected, destination, guestXml, removeGuest, source, virsh } from './laboratory.ts'

// The same question put to the same host, here and through virsh.

const name = 'client-virsh'
const uuid = randomUUID()

beforeAll(async () => {
  await removeGuest(name)
  await using connection = await connect(source.unixUri)
  await (await connection.domainDefineXML(guestXml(name, uuid))).create()
})

afterAll(() => removeGuest(name))

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
  Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]))

// What moves between two questions.
const steady = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).filter(
      ([key]) =>
        !/time|\.(user|system|wait|delay|rss|last-update|halt|exit|pf|signal|req|insn|fpu|irq|hypercall|invlpg|tlb|nmi|mmu|host|l1d|remote|preempt|nested|bus|guest|directed|request)/.test(
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
