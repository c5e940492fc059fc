import { describe, expect, test } from 'vitest'
import { plainError, refusalIn } from './refusals.ts'

const guest = '11111111-2222-4333-8444-555555555555'
const preCheck = (reason: string): string =>
  `nova.exception.MigrationPreCheckError: Migration pre-check error: ${reason}`

/** conductor/tasks/live_migrate.py, compute/manager.py and virt/libvirt/driver.py, in the order in which they are checked. */
describe("each of Nova's checks is told by its words", () => {
  test.each([
    [
      'state',
      `nova.exception.InstanceInvalidState: Instance ${guest} in power_state shutdown. Cannot live_migrate while the instance is in this state.`,
    ],
    [
      'numa',
      preCheck(
        'Instance has an associated NUMA topology, cell contains compute nodes older than train, and the enable_numa_live_migration workaround is disabled. Refusing to perform the live migration, as the instance NUMA topology, including related attributes such as CPU pinning, cannot be recalculated.',
      ),
    ],
    ['service-down', 'nova.exception.ComputeServiceUnavailable: Compute service of h2 is unavailable at this time.'],
    ['no-valid-host', 'nova.exception.NoValidHost: No valid host was found. There are not enough hosts available.'],
    [
      'no-valid-host',
      'nova.exception.MaxRetriesExceeded: Exceeded maximum number of retries. Exceeded max scheduling retries 3 for instance',
    ],
    ['scheduler', 'nova.exception.MigrationSchedulerRPCError: Migration select destinations error: timeout'],
    ['same-host', `nova.exception.UnableToMigrateToSelf: Unable to migrate instance (${guest}) to current host (h1).`],
    ['memory', preCheck(`Unable to migrate ${guest} to h2: Lack of memory(host:512 <= instance:1024)`)],
    ['hypervisor-type', 'nova.exception.InvalidHypervisorType: The supplied hypervisor type of is invalid.'],
    [
      'hypervisor-version',
      'nova.exception.DestinationHypervisorTooOld: The instance requires a newer hypervisor version than has been provided.',
    ],
    ['pmem', preCheck('Cannot live migrate with virtual persistent memory, the operation is not supported.')],
    [
      'pci',
      preCheck('Cannot live migrate VIF with related PCI, source and destination nodes do not support the operation.'),
    ],
    ['pci', preCheck('This request does not explicitly request live-migratable devices.')],
    ['cell', preCheck(`Unable to force live migrate instance ${guest} across cells.`)],
    [
      'affinity',
      preCheck('Failed to validate instance group policy due to: Anti-affinity instance group policy was violated'),
    ],
    [
      'cpu',
      "nova.exception.InvalidCPUInfo: Unacceptable CPU info: CPU doesn't have compatibility.\n\n0\n\nRefer to http://libvirt.org/",
    ],
    [
      'local-storage',
      'nova.exception.InvalidLocalStorage: h1 is not on local storage: Block migration can not be used with shared storage.',
    ],
    [
      'shared-storage',
      'nova.exception.InvalidSharedStorage: h1 is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.',
    ],
    [
      'disk',
      preCheck(`Unable to migrate ${guest}: Disk of instance is too large(available on destination host:1 < need:2)`),
    ],
    [
      'tunnelled-volumes',
      preCheck(
        `Cannot block migrate instance ${guest} with mapped volumes. Selective block device migration feature requires libvirt version 1.2.17`,
      ),
    ],
    ['mdev', preCheck(`Unable to migrate ${guest}: Either the mediated device type is not supported`)],
    [
      'vtpm',
      'nova.exception.VTPMSecretNotFound: TPM secret was not found. Try hard-rebooting the instance to recover.',
    ],
    [
      'serial-console',
      'nova.exception.MigrationError: Migration error: Your destination node does not support retrieving listen addresses for its serial console',
    ],
    [
      'numa-no-room',
      preCheck(
        'Insufficient compute resources: Requested instance NUMA topology cannot fit the given host NUMA topology.',
      ),
    ],
    ['port-binding', preCheck('Binding failed for port 1, please check neutron logs for more information.')],
    [
      'uri',
      'nova.exception.LiveMigrationURINotAvailable: No live migration URI configured and no default available for "lxc" hypervisor virtualization type.',
    ],
    ['timeout', preCheck('Timeout while checking if we can live migrate to host: h2')],
    [
      'disk-exists',
      'nova.exception.DestinationDiskExists: The supplied disk path (/x) already exists, it is expected not to exist.',
    ],
    [
      'accelerators',
      'nova.exception.ForbiddenWithAccelerators: Feature not supported with instances that have accelerators.',
    ],
  ])('%s: %s', (which, error) => {
    expect(refusalIn(error)?.which).toBe(which)
  })

  test('what the destination lacks is told apart from what does not fit', () => {
    expect(refusalIn('No space left on device')?.code).toBe('destination-full')
    expect(refusalIn('Unacceptable CPU info')?.code).toBe('pre-check-failed')
    expect(refusalIn('internal error: nobody knows')).toBeNull()
  })
})

test("an error without Python's names, and without what oslo.log says twice", () => {
  expect(plainError(preCheck('no'))).toBe('Migration pre-check error: no')
  expect(plainError('operation failed: job x: libvirt.libvirtError: operation failed: job x')).toBe(
    'operation failed: job x',
  )
  expect(plainError('nova.exception_Remote.ImageUnacceptable_Remote: Image x is unacceptable')).toBe(
    'Image x is unacceptable',
  )
})
