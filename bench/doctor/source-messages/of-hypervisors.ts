import type { SourceMessage } from './source-message.ts'
import { compared, recalled } from './source-message.ts'

const cpu = compared('copy', 'libvirt src/cpu/cpu_x86.c')
const socket = compared('copy', 'libvirt src/rpc/virnetsocket.c')
const ssh = recalled('copy', 'ssh, quoted by libvirt src/rpc/virnetsocket.c')
const tls = compared('copy', 'libvirt src/rpc/virnettlscontext.c')
const migration = compared('copy', 'libvirt src/qemu/qemu_migration.c')
const monitor = compared('copy', 'libvirt src/qemu/qemu_monitor.c')
const libvirt = compared('copy', 'libvirt')
const unread = recalled('copy', 'libvirt')
const qemu = compared('copy', 'QEMU')
const closed = 'internal error: qemu unexpectedly closed the monitor: qemu-kvm: '
const closedNow = "internal error: QEMU unexpectedly closed the monitor (vm='instance-0000%d'): qemu-system-x86_64: "
const command = (name: string): string => `internal error: unable to execute QEMU command '${name}': `

/** libvirt's error codes put their own words before a message: "internal error: ", "operation failed: " ... */
export const ofHypervisors: readonly SourceMessage[] = [
  cpu('cpu-feature-unknown', 'internal error: Unknown CPU feature %s'),
  cpu('cpu-feature-unknown', 'internal error: unknown CPU feature %s', [18, 34]),
  cpu('cpu-model-unknown', 'internal error: Unknown CPU model %s'),
  compared('copy', 'libvirt src/qemu/qemu_process.c')(
    'cpu-guest-features',
    "operation failed: guest CPU doesn't match specification: missing features: %s,%s",
  ),
  compared('copy', 'libvirt src/qemu/qemu_process.c')(
    'cpu-guest-features',
    "operation failed: guest CPU doesn't match specification: extra features: %s",
    [18, 34],
  ),
  cpu(
    'cpu-guest-features',
    'the CPU is incompatible with host CPU: Host CPU does not provide required features: %s, %s',
    [14, 34],
  ),
  recalled('copy', 'libvirt src/cpu/cpu_x86.c')(
    'cpu-guest-features',
    'unsupported configuration: guest and host CPU are not compatible: Host CPU does not provide required features: %s',
    [12, 15],
  ),
  qemu(
    'cpu-tsc',
    `${closed}warning: TSC frequency mismatch between VM (%d kHz) and host (%d kHz), and TSC scaling unavailable`,
  ),
  libvirt(
    'cpuset',
    "Unable to write to '/sys/fs/cgroup/cpuset/machine.slice/cpuset.cpus': Numerical result out of range",
  ),
  socket('port-refused', "unable to connect to server at '%h:49152': Connection refused"),
  socket('libvirt-refused', "unable to connect to server at '%h:16509': Connection refused"),
  socket('libvirt-refused', "unable to connect to server at '%h:16509': Connection timed out"),
  socket('port-refused', "unable to connect to server at '%h:49153': No route to host"),
  socket('name-not-resolved', "Unable to resolve address '%h' service '16509': Name or service not known"),
  ssh('ssh-host-key', 'Cannot recv data: Host key verification failed.: Connection reset by peer'),
  ssh('ssh-permission', 'Cannot recv data: Permission denied, please try again.: Connection reset by peer'),
  ssh('ssh-refused', 'Cannot recv data: ssh: connect to host %h port 22: Connection refused: Connection reset by peer'),
  ssh(
    'connection-timed-out',
    'Cannot recv data: ssh: connect to host %h port 22: Connection timed out: Connection reset by peer',
  ),
  tls('certificate-expired', 'The server certificate /etc/pki/libvirt/servercert.pem has expired'),
  tls('certificate-expired', 'The client certificate /etc/pki/libvirt/clientcert.pem has expired'),
  tls('certificate-expired', 'The CA certificate /etc/pki/CA/cacert.pem has expired'),
  tls('certificate-missing', "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory"),
  tls('certificate-name', 'Certificate [session] owner does not match the hostname %h'),
  tls('tls-handshake', 'authentication failed: TLS handshake failed A TLS fatal alert has been received.'),
  compared('copy', 'libvirt src/rpc/virnetsaslcontext.c')(
    'sasl',
    'authentication failed: Failed to start SASL negotiation: -4 (SASL(-4): no mechanism available: %s)',
  ),
  migration(
    'unsafe-cache',
    'Unsafe migration: Migration may lead to data corruption if disks use cache != none',
    [12, 17],
  ),
  migration(
    'unsafe-cache',
    'Unsafe migration: Migration may lead to data corruption if disks use cache != none or cache != directsync',
    [15, 24],
  ),
  migration(
    'unsafe-cache',
    'Unsafe migration: Migration may lead to data corruption if disks use cache other than none or directsync',
    [18, 34],
  ),
  migration(
    'post-copy-paused-guest',
    'argument unsupported: post-copy migration is not supported with non-live or paused migration',
    [14, 34],
  ),
  migration(
    'cannot-migrate-device',
    'Requested operation is not valid: domain has assigned non-USB host devices',
    [12, 24],
  ),
  migration(
    'cannot-migrate-device',
    "Operation not supported: cannot migrate a domain with <hostdev mode='subsystem' type='pci'>",
    [21, 34],
  ),
  migration('bandwidth-limit', 'numerical overflow: bandwidth must be less than %d'),
  migration('aborted-by-client', 'operation aborted: migration job: canceled by client', [12, 18]),
  migration('aborted-by-client', 'operation aborted: migration out job: canceled by client', [15, 28]),
  migration('aborted-by-client', "operation aborted: job 'migration out' canceled by client", [28, 34]),
  recalled('copy', 'libvirt src/qemu/qemu_migration.c')(
    'job-failed',
    'operation failed: migration out job: unexpectedly failed',
    [15, 28],
  ),
  migration('io-error', 'operation failed: migration of disk vd%s failed'),
  migration('io-error', 'operation failed: migration of disk vda failed: Input/output error', [17, 34]),
  recalled('copy', 'libvirt src/qemu/qemu_domain.c')(
    'domain-not-running',
    'Requested operation is not valid: domain is not running',
  ),
  monitor('monitor-closed', "internal error: QEMU unexpectedly closed the monitor (vm='%s')", [29, 34]),
  monitor('monitor-closed', 'internal error: qemu unexpectedly closed the monitor', [12, 28]),
  monitor('monitor-closed', 'internal error: End of file from qemu monitor', [12, 23]),
  monitor('monitor-closed', "internal error: End of file from qemu monitor (vm='%s')", [23, 34]),
  monitor('no-ram-info', 'internal error: migration was active, but no RAM info was set'),
  compared('copy', 'libvirt src/security/security_driver.c')(
    'security-driver',
    'unsupported configuration: Unable to find security driver for model %s',
  ),
  compared('copy', 'libvirt src/security/security_selinux.c')(
    'security-denied',
    "unable to set security context 'system_u:object_r:svirt_image_t:s0:c%d' on '%p': Permission denied",
  ),
  compared('copy', 'libvirt src/secret/secret_driver.c')(
    'secret-missing',
    "Secret not found: no secret with matching uuid '%u'",
  ),
  compared('copy', 'libvirt src/conf/virdomainobjlist.c')(
    'domain-exists',
    "operation failed: domain '%s' already exists with uuid %u",
  ),
  libvirt('job-busy', 'Timed out during operation: cannot acquire state change lock'),
  unread(
    'job-busy',
    'Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainMigratePerform3Params)',
    [17, 34],
  ),
  compared('copy', 'libvirt src/util/virportallocator.c')(
    'port',
    "internal error: Unable to find an unused port in range 'migration' (49152-49215)",
  ),
  compared('copy', 'libvirt src/util/virnetdev.c')(
    'bridge-missing',
    "Cannot get interface MTU on '%s': No such device",
  ),
  compared('copy', 'libvirt src/storage_file')(
    'backing-file',
    "Cannot access storage file '%p' (as uid:%d, gid:%d): No such file or directory",
  ),
  unread('backing-file', "Cannot access storage file '%p': No such file or directory", [17, 34]),
  compared('copy', 'libvirt src/qemu/qemu_validate.c')(
    'machine-type',
    "unsupported configuration: Emulator '/usr/bin/qemu-system-x86_64' does not support machine type 'pc-q35-%s'",
    [21, 34],
  ),
  unread('libvirt-gone', 'internal error: client socket is closed'),
  qemu('device-state', `${closed}error while loading state for instance 0x0 of device '%s'`),
  qemu('device-state', `${closed}Unknown savevm section or instance '%s' 0`, [12, 18]),
  qemu(
    'device-state',
    `${closedNow}Unknown savevm section or instance '%s' 0. Make sure that your current VM setup matches your saved VM setup, including any hotplugged devices`,
    [19, 34],
  ),
  qemu('device-state', `${closed}Unknown ramblock "%s", cannot accept migration`),
  recalled('copy', 'QEMU')(
    'machine-type',
    'internal error: process exited while connecting to monitor: qemu-kvm: -machine pc-q35-%s,accel=kvm: unsupported machine type',
  ),
  recalled('copy', 'QEMU')(
    'machine-type',
    'internal error: process exited while connecting to monitor: qemu-kvm: unsupported machine type: "pc-i440fx-%s"',
  ),
  qemu('post-copy-userfaultfd', `${command('migrate-set-capabilities')}Postcopy is not supported`, [14, 27]),
  qemu(
    'post-copy-userfaultfd',
    `${command('migrate-set-capabilities')}Postcopy is not supported: Userfaultfd not available: Operation not permitted`,
    [27, 34],
  ),
  qemu(
    'multifd-post-copy',
    `${command('migrate-set-capabilities')}Postcopy is not yet compatible with multifd`,
    [21, 34],
  ),
  qemu('post-copy-huge-pages', `${closed}Postcopy needs matching RAM page sizes (s=%d d=%d)`, [14, 34]),
  qemu('qemu-version-feature', `${command('migrate')}this feature or command is not currently supported`),
  qemu(
    'memory',
    "internal error: process exited while connecting to monitor: qemu-kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory",
  ),
  recalled('copy', 'QEMU')(
    'tls-unknown-to-guest',
    `${command('migrate-set-parameters')}Parameter 'tls-creds' is unexpected`,
    [20, 34],
  ),
  recalled('copy', 'QEMU')(
    'graphics-address',
    'internal error: process exited while connecting to monitor: qemu-kvm: -vnc %h:0: Failed to bind socket: Cannot assign requested address',
  ),
]
