// What libvirt, QEMU and Nova print, in the words of their format strings, and what each has to be understood as. Kept apart from the
// doctor's table; written from memory, not yet compared with the sources line by line. Random values take the place of %s (a word),
// %d (a number), %u (a UUID), %h (a host), %p (a path); %g is the guest.

export interface SourceMessage {
  readonly source: string
  readonly format: string
  /** Nova's release from which, and up to which, it can be met. */
  readonly oldest: number
  readonly newest: number
  /** `copy`: libvirt's answer in the copy; `check`: an exception of a check before it. */
  readonly met: 'copy' | 'check'
  readonly expected: string
}

const any = (
  source: string,
  met: SourceMessage['met'],
  format: string,
  expected: string,
  oldest = 12,
  newest = 33,
): SourceMessage => ({ source, format, met, expected, oldest, newest })

export const sourceMessages: readonly SourceMessage[] = [
  any('libvirt cpu_x86.c', 'copy', 'internal error: Unknown CPU feature %s', 'cpu-feature-unknown'),
  any('libvirt cpu_x86.c', 'copy', 'internal error: Unknown CPU model %s', 'cpu-model-unknown'),
  any(
    'libvirt cpu_x86.c',
    'copy',
    "operation failed: guest CPU doesn't match specification: missing features: %s,%s",
    'cpu-guest-features',
  ),
  any(
    'libvirt cpu_x86.c',
    'copy',
    'unsupported configuration: guest and host CPU are not compatible: Host CPU does not provide required features: %s',
    'cpu-guest-features',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    "unable to connect to server at '%h:49152': Connection refused",
    'port-refused',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    "unable to connect to server at '%h:16509': Connection refused",
    'libvirt-refused',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    "unable to connect to server at '%h:16509': Connection timed out",
    'libvirt-refused',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    "unable to resolve '%h' service '16509': Name or service not known",
    'name-not-resolved',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    'Cannot recv data: Host key verification failed.: Connection reset by peer',
    'ssh-host-key',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    'Cannot recv data: Permission denied, please try again.: Connection reset by peer',
    'ssh-permission',
  ),
  any(
    'libvirt virnetsocket.c',
    'copy',
    'Cannot recv data: ssh: connect to host %h port 22: Connection refused: Connection reset by peer',
    'ssh-refused',
  ),
  any(
    'libvirt virnettlscontext.c',
    'copy',
    'The server certificate /etc/pki/libvirt/servercert.pem has expired',
    'certificate-expired',
  ),
  any(
    'libvirt virnettlscontext.c',
    'copy',
    "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory",
    'certificate-missing',
  ),
  any(
    'libvirt virnettlscontext.c',
    'copy',
    'Certificate [session] owner does not match the hostname %h',
    'certificate-name',
  ),
  any(
    'libvirt qemu_migration.c',
    'copy',
    'Unsafe migration: Migration may lead to data corruption if disks use cache != none or cache != directsync',
    'unsafe-cache',
  ),
  any(
    'libvirt qemu_migration.c',
    'copy',
    'Unsafe migration: Migration may lead to data corruption if disks use cache other than none or directsync',
    'unsafe-cache',
  ),
  any('libvirt qemu_domain.c', 'copy', 'Requested operation is not valid: domain is not running', 'domain-not-running'),
  any(
    'libvirt qemu_monitor.c',
    'copy',
    'internal error: QEMU unexpectedly closed the monitor (vm=%s)',
    'monitor-closed',
    29,
  ),
  any(
    'libvirt qemu_monitor.c',
    'copy',
    'internal error: qemu unexpectedly closed the monitor',
    'monitor-closed',
    12,
    28,
  ),
  any('libvirt qemu_monitor.c', 'copy', 'internal error: End of file from qemu monitor', 'monitor-closed'),
  any(
    'libvirt security_manager.c',
    'copy',
    'unsupported configuration: Unable to find security driver for model %s',
    'security-driver',
  ),
  any('libvirt virsecretobj.c', 'copy', "Secret not found: no secret with matching uuid '%u'", 'secret-missing'),
  any(
    'libvirt virdomainobjlist.c',
    'copy',
    "operation failed: domain '%s' already exists with uuid %u",
    'domain-exists',
  ),
  any(
    'libvirt qemu_domain.c',
    'copy',
    'Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainMigratePerform3Params)',
    'job-busy',
  ),
  any(
    'libvirt virportallocator.c',
    'copy',
    "internal error: Unable to find an unused port in range 'migration' (49152-49215)",
    'port',
  ),
  any('libvirt virnetdevbridge.c', 'copy', "Cannot get interface MTU on '%s': No such device", 'bridge-missing'),
  any('libvirt virstoragefile.c', 'copy', "Cannot access storage file '%p': No such file or directory", 'backing-file'),
  any(
    'libvirt qemu_migration.c',
    'copy',
    "operation aborted: job 'migration out' canceled by client",
    'aborted-by-client',
  ),
  any('libvirt qemu_migration.c', 'copy', 'operation failed: migration out job: unexpectedly failed', 'job-failed'),
  any(
    'QEMU migration/savevm.c',
    'copy',
    "internal error: qemu unexpectedly closed the monitor: qemu-kvm: error while loading state for instance 0x0 of device '%s'",
    'device-state',
  ),
  any(
    'QEMU migration/savevm.c',
    'copy',
    "internal error: QEMU unexpectedly closed the monitor (vm='%s'): qemu-system-x86_64: Unknown savevm section or instance '%s' 0",
    'device-state',
  ),
  any(
    'QEMU migration/ram.c',
    'copy',
    'internal error: qemu unexpectedly closed the monitor: qemu-kvm: Unknown ramblock "%s", cannot accept migration',
    'device-state',
  ),
  any(
    'QEMU hw/core/machine.c',
    'copy',
    'internal error: process exited while connecting to monitor: qemu-kvm: -machine pc-q35-%s,accel=kvm: unsupported machine type',
    'machine-type',
  ),
  any(
    'QEMU hw/core/machine.c',
    'copy',
    'internal error: process exited while connecting to monitor: qemu-kvm: unsupported machine type: "pc-i440fx-%s"',
    'machine-type',
  ),
  any(
    'QEMU migration/postcopy-ram.c',
    'copy',
    "internal error: unable to execute QEMU command 'migrate-set-capabilities': Postcopy is not supported: Userfaultfd not available: Operation not permitted",
    'post-copy-userfaultfd',
  ),
  any(
    'Nova exception.py',
    'check',
    'MigrationPreCheckError: Migration pre-check error: Unable to migrate %g: Disk of instance is too large(available on destination host:%d < need:%d)',
    'disk',
  ),
  any(
    'Nova exception.py',
    'check',
    'MigrationPreCheckError: Migration pre-check error: Unable to migrate %g to %h: Lack of memory(host:%d <= instance:%d)',
    'memory',
    12,
    14,
  ),
  any(
    'Nova exception.py',
    'check',
    'InvalidSharedStorage: %h is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.',
    'shared-storage',
  ),
  any(
    'Nova exception.py',
    'check',
    'InvalidLocalStorage: %h is not on local storage: Block migration can not be used with shared storage.',
    'local-storage',
  ),
  any('Nova exception.py', 'check', "InvalidCPUInfo: Unacceptable CPU info: CPU doesn't have compatibility.", 'cpu'),
  any(
    'Nova exception.py',
    'check',
    'DestinationHypervisorTooOld: The instance requires a newer hypervisor version than has been provided.',
    'hypervisor-version',
  ),
  any(
    'Nova exception.py',
    'check',
    'DestinationDiskExists: The supplied disk path (%p) already exists, it is expected not to exist.',
    'disk-exists',
  ),
  any(
    'oslo.messaging amqpdriver.py',
    'check',
    'oslo_messaging.exceptions.MessagingTimeout: Timed out waiting for a reply to message ID %s',
    'timeout',
  ),
  any(
    'Nova exception.py',
    'check',
    'PortBindingFailed: Binding failed for port %u, please check neutron logs for more information.',
    'port-binding',
  ),
  any('Nova exception.py', 'check', 'ImageNotFound: Image %u could not be found.', 'image'),
]
