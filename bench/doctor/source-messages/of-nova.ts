import type { SourceMessage } from './source-message.ts'
import { compared } from './source-message.ts'

const exception = compared('check', 'Nova nova/exception.py')
const driver = compared('check', 'Nova nova/virt/libvirt/driver.py')
const live = compared('check', 'Nova nova/conductor/tasks/live_migrate.py')
const manager = compared('check', 'Nova nova/compute/manager.py')
const preCheck = 'MigrationPreCheckError: Migration pre-check error: '

/** Release ranges are those in which the words stand in Nova's sources, of all releases from Liberty to what will be 2026.2. */
export const ofNova: readonly SourceMessage[] = [
  driver(
    'disk',
    `${preCheck}Unable to migrate %g: Disk of instance is too large(available on destination host:%d < need:%d)`,
  ),
  live('memory', `${preCheck}Unable to migrate %g to %h: Lack of memory(host:%d <= instance:%d)`),
  driver(
    'shared-storage',
    'InvalidSharedStorage: %h is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.',
    [15, 34],
  ),
  driver(
    'shared-storage',
    'InvalidSharedStorage: %h is not on shared storage: Live migration can not be used without shared storage except a booted from volume VM which does not have a local disk.',
    [12, 14],
  ),
  driver(
    'local-storage',
    'InvalidLocalStorage: %h is not on local storage: Block migration can not be used with shared storage.',
  ),
  driver('cpu', "InvalidCPUInfo: Unacceptable CPU info: CPU doesn't have compatibility."),
  exception(
    'hypervisor-version',
    'DestinationHypervisorTooOld: The instance requires a newer hypervisor version than has been provided.',
  ),
  exception('hypervisor-type', 'InvalidHypervisorType: The supplied hypervisor type of is invalid.'),
  exception(
    'disk-exists',
    'DestinationDiskExists: The supplied disk path (%p) already exists, it is expected not to exist.',
  ),
  exception(
    'port-binding',
    'PortBindingFailed: Binding failed for port %u, please check neutron logs for more information.',
  ),
  exception(
    'port-binding-activation',
    'PortBindingActivationFailed: Failed to activate binding for port %u and host %h.',
    [18, 23],
  ),
  exception(
    'port-binding-activation',
    'PortBindingActivationFailed: Failed to activate binding for port %u on host %h; please check neutron logs for more information',
    [24, 34],
  ),
  exception('image', 'ImageNotFound: Image %u could not be found.'),
  exception('image', 'ImageUnacceptable: Image %u is unacceptable: Image content does not match disk_format', [29, 34]),
  exception('cpu-pinning', 'CPUPinningInvalid: CPU set to pin [%d] must be a subset of free CPU set [%d]', [14, 34]),
  exception(
    'cpu-pinning',
    'CPUPinningInvalid: Cannot pin/unpin cpus [%d] from the following pinned set [%d]',
    [12, 13],
  ),
  exception(
    'cpu-pinning',
    'CPUPinningUnknown: CPU set to pin/unpin [%d] must be a subset of known CPU set [%d]',
    [12, 13],
  ),
  exception('cpu-pinning', 'CPUPinningUnknown: CPU set to pin [%d] must be a subset of known CPU set [%d]', [14, 34]),
  exception(
    'cpu-pinning',
    'CPUUnpinningInvalid: CPU set to unpin [%d] must be a subset of pinned CPU set [%d]',
    [14, 34],
  ),
  compared('check', 'Nova nova/compute/claims.py')(
    'numa-no-room',
    'ComputeResourcesUnavailable: Insufficient compute resources: Requested instance NUMA topology cannot fit the given host NUMA topology.',
  ),
  compared('check', 'Nova nova/compute/claims.py')(
    'numa-no-room',
    'ComputeResourcesUnavailable: Insufficient compute resources: Requested instance NUMA topology together with requested PCI devices cannot fit the given host NUMA topology.',
    [18, 34],
  ),
  compared('check', 'Nova nova/compute/claims.py')(
    'resources',
    'ComputeResourcesUnavailable: Insufficient compute resources: Free memory %d.00 MB < requested %d MB.',
    [12, 19],
  ),
  live('same-host', 'UnableToMigrateToSelf: Unable to migrate instance (%g) to current host (%h).'),
  exception('service-down', 'ComputeServiceUnavailable: Compute service of %h is unavailable at this time.'),
  exception('service-down', 'ComputeHostNotFound: Compute host %h could not be found.'),
  exception(
    'vtpm',
    "OperationNotSupportedForVTPM: Operation 'live-migration' not supported for vTPM-enabled instance (%g).",
    [22, 34],
  ),
  exception(
    'service-too-old',
    'VTPMOldCompute: vTPM live migration is not supported by old nova-compute services. Upgrade your nova-compute services to Gazpacho (33.0.0) or later.',
    [33, 34],
  ),
  exception('vtpm', 'VTPMSecretNotFound: TPM encryption secret for instance %g was not found.', [33, 34]),
  live(
    'pci',
    `${preCheck}Cannot live migrate VIF with related PCI, Neutron does not support required port binding extension.`,
    [20, 34],
  ),
  live(
    'pci',
    `${preCheck}Cannot live migrate VIF with related PCI, source and destination nodes do not support the operation.`,
    [20, 34],
  ),
  live(
    'pmem',
    `${preCheck}Cannot live migrate with virtual persistent memory, the operation is not supported.`,
    [21, 34],
  ),
  live(
    'numa',
    `${preCheck}Instance has an associated NUMA topology, cell contains compute nodes older than train, and the enable_numa_live_migration workaround is disabled.`,
    [20, 34],
  ),
  manager(
    'affinity',
    `${preCheck}Failed to validate instance group policy due to: Build of instance %g was re-scheduled: Anti-affinity instance group policy was violated.`,
    [19, 27],
  ),
  driver(
    'serial-console',
    'MigrationError: Migration error: Your destination node does not support retrieving listen addresses. In order for live migration to work properly you must disable serial console.',
  ),
  driver(
    'tunnelled-volumes',
    `${preCheck}Cannot block migrate instance %g with mapped volumes. Selective block device migration is not supported with tunnelled block migrations.`,
    [14, 34],
  ),
  driver(
    'tunnelled-volumes',
    `${preCheck}Cannot block migrate instance %g with mapped volumes. Selective block device migration feature requires libvirt version 1.2.17`,
    [13, 15],
  ),
  live('cell', `${preCheck}Unable to determine in which cell destination host %h lives.`, [16, 34]),
  live('cell', `${preCheck}Unable to force live migrate instance %g across cells.`, [16, 34]),
  exception(
    'uri',
    'LiveMigrationURINotAvailable: No live migration URI configured and no default available for "lxc" hypervisor virtualization type.',
    [13, 34],
  ),
  exception('accelerators', 'ForbiddenWithAccelerators: Forbidden with instances that have accelerators.', [21, 23]),
  exception(
    'accelerators',
    'ForbiddenWithAccelerators: Feature not supported with instances that have accelerators.',
    [24, 34],
  ),
  exception(
    'sev',
    "OperationNotSupportedForSEV: Operation 'live-migrate' not supported for SEV-enabled instance (%g).",
    [20, 34],
  ),
  exception('shares', 'ForbiddenWithShare: Feature not supported with instances that have shares.', [31, 34]),
  exception(
    'state',
    'InstanceInvalidState: Instance %g in power_state shutdown. Cannot live_migrate while the instance is in this state.',
  ),
  driver('resize-down', 'ResizeError: Resize error: Unable to resize disk down.'),
  driver(
    'cold-ssh',
    'ResizeError: Resize error: not able to execute ssh command: Unexpected error while running command.',
  ),
  driver('lvm', `${preCheck}Migration is not supported for LVM backed instances`),
  exception('guest-not-found', 'InstanceNotFound: Instance %g could not be found.'),
  exception('no-valid-host', 'NoValidHost: No valid host was found. There are not enough hosts available.'),
  exception(
    'no-valid-host',
    'MaxRetriesExceeded: Exceeded maximum number of retries. Exceeded max scheduling attempts 3 for instance %g.',
  ),
  exception(
    'allocation-conflict',
    'AllocationCreateFailed: Failed to create allocations for instance %g against resource provider %u.',
    [18, 34],
  ),
  exception(
    'allocation-conflict',
    'AllocationMoveFailed: Failed to move allocations from consumer %u to consumer %g. Error: %s',
    [19, 34],
  ),
  exception(
    'allocation-conflict',
    'AllocationUpdateFailed: Failed to update allocations for consumer %g. Error: %s',
    [19, 34],
  ),
  exception(
    'allocation-conflict',
    'ConsumerAllocationRetrievalFailed: Failed to retrieve allocations for consumer %g: %s',
    [19, 34],
  ),
  exception(
    'allocation-conflict',
    'PlacementAPIConnectFailure: Unable to communicate with the Placement API.',
    [18, 34],
  ),
  exception('scheduler', 'MigrationSchedulerRPCError: Migration select destinations error: %s', [13, 34]),
  exception(
    'service-too-old',
    'ServiceTooOld: This service is older (v%d) than the minimum (v%d) version of the rest of the deployment. Unable to continue.',
    [13, 34],
  ),
  exception(
    'policy',
    "PolicyNotAuthorized: Policy doesn't allow os_compute_api:os-migrate-server:migrate_live to be performed.",
  ),
  exception('network', 'VirtualInterfaceCreateException: Virtual Interface creation failed'),
  exception('network', 'VirtualInterfacePlugException: Virtual interface plugin failed'),
  exception('nfs', 'StaleVolumeMount: The volume mount at %p is unusable.', [17, 34]),
  exception(
    'volume-locked',
    'VolumeBDMIsMultiAttach: Block Device Mapping %u is a multi-attach volume and is not valid for this operation.',
    [13, 34],
  ),
  exception('volume', 'VolumeBDMPathNotFound: No volume Block Device Mapping at path: %p'),
  exception('volume', 'VolumeAttachFailed: Volume %u could not be attached. Reason: %s', [13, 34]),
  exception('port', 'SocketPortRangeExhaustedException: Not able to acquire a free port for %h'),
  exception('libvirt-gone', 'HypervisorUnavailable: Connection to the hypervisor is broken on host', [16, 34]),
  exception('libvirt-gone', 'HypervisorUnavailable: Connection to the hypervisor is broken on host: %h', [12, 15]),
  live('timeout', 'MigrationPreCheckError: Timeout while checking if we can live migrate to host: %h'),
]
