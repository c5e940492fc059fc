import { afterRule, asText, cpuList, field, fields, lines, name, sorted, word } from './question.ts'
import type { Question } from './question.ts'

/** A guest's share of its host, and its devices. */
export const guestQuestions: Readonly<Record<string, Question>> = {
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
}
