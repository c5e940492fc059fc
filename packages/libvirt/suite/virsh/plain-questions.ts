import { DomainXmlFlag, ListDomainsFlag, formatVersion } from '../../src/index.ts'
import { asText, field, fields, kib, lines, name, uuid } from './question.ts'
import type { Question } from './question.ts'

/** What is asked most: of the host and of a guest. */
export const plainQuestions: Readonly<Record<string, Question>> = {
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
