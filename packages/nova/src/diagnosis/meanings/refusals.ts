import type { CauseCode } from '../finding.ts'

/** What a check, a preparation or the scheduler refused for. */
export interface Refusal {
  readonly code: Extract<CauseCode, 'pre-check-failed' | 'destination-full'>
  /** `cpu`, `shared-storage`...: which one, for scripts. */
  readonly which: string
  /** For the operator. */
  readonly words: string
}

const rules: readonly (readonly [RegExp, which: string, words: string, code?: 'destination-full'])[] = [
  [/Disk of instance is too large/i, 'disk', 'no room for its disks', 'destination-full'],
  [/Lack of memory/i, 'memory', 'not enough memory', 'destination-full'],
  [
    /Insufficient compute resources|ComputeResourcesUnavailable|cannot fit (?:the|instance)/i,
    'resources',
    'its resources cannot be claimed',
    'destination-full',
  ],
  [
    /No space left on device|ENOSPC|DiskFull|not enough (?:free )?(?:disk )?space/i,
    'disk',
    'no space left',
    'destination-full',
  ],
  [/cannot allocate memory|Cannot set up guest memory/i, 'memory', 'not enough memory', 'destination-full'],
  [/Unable to find an unused port|no free port|unused port in range/i, 'port', 'no port is free', 'destination-full'],
  [
    /No valid host|NoValidHost|MaxRetriesExceeded|Exceeded max(?:imum)?(?: number of)? (?:scheduling )?(?:retries|attempts)/i,
    'no-valid-host',
    'the scheduler found no host with room for it',
    'destination-full',
  ],
  [/Unacceptable CPU info|InvalidCPUInfo|CPU doesn't have compatibility/i, 'cpu', 'the CPU is not compatible'],
  [
    /is not on shared storage|Shared storage live-migration requires|InvalidSharedStorage/i,
    'shared-storage',
    'its disks are not on shared storage and no block migration was asked for',
  ],
  [
    /is not on local storage|Block migration can ?not be used|InvalidLocalStorage/i,
    'local-storage',
    'block migration was asked for although its disks are shared',
  ],
  [/supplied hypervisor type|InvalidHypervisorType/i, 'hypervisor-type', 'the hypervisors differ in kind'],
  [/newer hypervisor version|DestinationHypervisorTooOld/i, 'hypervisor-version', 'the hypervisor there is older'],
  [/to current host|UnableToMigrateToSelf/i, 'same-host', 'it is there already'],
  [/Compute service of \S+ is unavailable|ComputeServiceUnavailable/i, 'service-down', 'nova-compute is down there'],
  [/NUMA/i, 'numa', 'its NUMA topology does not allow it'],
  [/VIF with related PCI|PCI device|live-migratable devices/i, 'pci', 'its PCI devices do not allow it'],
  [/virtual persistent memory|vpmem/i, 'pmem', 'its persistent memory does not allow it'],
  [/affinity/i, 'affinity', 'the policy of its server group forbids it'],
  [
    /port binding|Binding failed for port|PortBindingFailed|Failed to bind port/i,
    'port-binding',
    'its ports cannot be bound there',
  ],
  [
    /virtual interfaces? |Timed out waiting for events|VirtualInterface|network-vif|plug_vifs/i,
    'network',
    'its network interfaces were not plugged there',
  ],
  [/mediated device|mdev/i, 'mdev', 'its mediated devices cannot be moved'],
  [/vTPM|TPM secret|\bTPM\b/i, 'vtpm', 'its virtual TPM cannot be moved'],
  [/serial console/i, 'serial-console', 'serial consoles are set differently'],
  [/mapped volumes|tunnell?ed/i, 'tunnelled-volumes', 'volumes cannot be copied through a tunnel'],
  [/determine in which cell|same cell|across cells/i, 'cell', 'the hosts are in different cells'],
  [
    /Timeout while checking|MessagingTimeout|Timed out waiting for a reply/i,
    'timeout',
    'the check was not answered in time',
  ],
  [/select destinations error|MigrationSchedulerRPCError/i, 'scheduler', 'the scheduler did not answer'],
  [/No live migration URI|LiveMigrationURINotAvailable/i, 'uri', 'there is no live-migration URI for this hypervisor'],
  [/accelerators/i, 'accelerators', 'its accelerators cannot be moved'],
  [/\bSEV\b|memory encryption/i, 'sev', 'encrypted memory cannot be moved'],
  [/with shares|share mapping|virtiofs/i, 'shares', 'its file shares cannot be moved'],
  [
    /InstanceInvalidState|in power state|in power_state|in vm_state|in task_state|Cannot live_migrate/i,
    'state',
    'it was in no state to be moved',
  ],
  [
    /ImageUnacceptable|Image \S+ is unacceptable|ImageNotFound|Image \S+ could not be found/i,
    'image',
    'its image was not accepted there',
  ],
  [/supplied disk path|DestinationDiskExists/i, 'disk-exists', 'a disk of that name is there already'],
  [/config ?drive/i, 'config-drive', 'its config drive cannot be moved'],
  [/file.backed memory/i, 'file-backed-memory', 'file-backed memory is set differently'],
  [/volume|Cinder|attachment/i, 'volume', 'a volume could not be connected there'],
]

/** Which refusal a text is; null where it is none that is known. */
export function refusalIn(error: string): Refusal | null {
  for (const [pattern, which, words, code] of rules) {
    if (pattern.test(error)) return { code: code ?? 'pre-check-failed', which, words }
  }
  return null
}

/** Without Python's class names, and without what oslo.log said twice. */
export function plainError(error: string): string {
  let text = error.trim()
  for (;;) {
    const shorter = text.replace(/^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:_Remote)?(?:Error|Exception)?: /, '')
    if (shorter === text) break
    text = shorter
  }
  const twice = /^(.{8,}?): (?:\w+\.)*\w+: \1$/.exec(text)
  return (twice?.[1] ?? text).slice(0, 300)
}
