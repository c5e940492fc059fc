// libvirt's bit masks, named as in its C API without the prefix. Combine them with `|`.

/** `virDomainMigrateFlags` (VIR_MIGRATE_*). */
export const MigrateFlag = {
  /** Without it the guest stands still for the whole copy. */
  LIVE: 1 << 0,
  /** The source daemon talks to the destination's by itself; the only way this client migrates. */
  PEER2PEER: 1 << 1,
  TUNNELLED: 1 << 2,
  PERSIST_DEST: 1 << 3,
  UNDEFINE_SOURCE: 1 << 4,
  PAUSED: 1 << 5,
  NON_SHARED_DISK: 1 << 6,
  NON_SHARED_INC: 1 << 7,
  CHANGE_PROTECTION: 1 << 8,
  UNSAFE: 1 << 9,
  OFFLINE: 1 << 10,
  COMPRESSED: 1 << 11,
  ABORT_ON_ERROR: 1 << 12,
  AUTO_CONVERGE: 1 << 13,
  RDMA_PIN_ALL: 1 << 14,
  /** Arms post-copy; {@link Domain.migrateStartPostCopy} switches. */
  POSTCOPY: 1 << 15,
  TLS: 1 << 16,
  PARALLEL: 1 << 17,
  /** libvirt 8.0 */
  /** Dangerous: QEMU (10.0 seen) crashes or hangs when a copy with it is ended before its time, and the guest with it. */
  NON_SHARED_SYNCHRONOUS_WRITES: 1 << 18,
  /** libvirt 8.5 */
  POSTCOPY_RESUME: 1 << 19,
  /** libvirt 8.5 */
  ZEROCOPY: 1 << 20,
} as const

/** `virDomainXMLFlags`. */
export const DomainXmlFlag = { SECURE: 1, INACTIVE: 2, UPDATE_CPU: 4, MIGRATABLE: 8 } as const

/** `virConnectListAllDomainsFlags`; 0 lists all. */
export const ListDomainsFlag = {
  ACTIVE: 1,
  INACTIVE: 2,
  PERSISTENT: 4,
  TRANSIENT: 8,
  RUNNING: 16,
  PAUSED: 32,
  SHUTOFF: 64,
  OTHER: 128,
  MANAGEDSAVE: 256,
  NO_MANAGEDSAVE: 512,
  AUTOSTART: 1024,
  NO_AUTOSTART: 2048,
  HAS_SNAPSHOT: 4096,
  NO_SNAPSHOT: 8192,
  HAS_CHECKPOINT: 16384,
  NO_CHECKPOINT: 32768,
} as const

/** `virDomainStatsTypes`; ask for what you need: 0 is everything, and what that means changes with the daemon. */
export const DomainStats = {
  STATE: 1,
  CPU_TOTAL: 2,
  BALLOON: 4,
  VCPU: 8,
  INTERFACE: 16,
  BLOCK: 32,
  PERF: 64,
  IOTHREAD: 128,
  MEMORY: 256,
  /** libvirt 7.2 */
  DIRTYRATE: 512,
  /** libvirt 8.9 */
  VM: 1024,
} as const

/** `virConnectGetAllDomainStatsFlags`, besides the filters of {@link ListDomainsFlag}. */
export const DomainStatsFlag = { NOWAIT: 0x2000_0000, BACKING: 0x4000_0000, ENFORCE_STATS: 0x8000_0000 } as const

/** `virDomainCreateFlags`. An AUTODESTROY domain cannot be migrated. */
export const CreateFlag = {
  PAUSED: 1,
  AUTODESTROY: 2,
  BYPASS_CACHE: 4,
  FORCE_BOOT: 8,
  VALIDATE: 16,
  RESET_NVRAM: 32,
} as const

/** `virDomainUndefineFlagsValues`. */
export const UndefineFlag = {
  MANAGED_SAVE: 1,
  SNAPSHOTS_METADATA: 2,
  NVRAM: 4,
  KEEP_NVRAM: 8,
  CHECKPOINTS_METADATA: 16,
  TPM: 32,
  KEEP_TPM: 64,
} as const

/** `virDomainDestroyFlagsValues`. */
export const DestroyFlag = { GRACEFUL: 1, REMOVE_LOGS: 2 } as const

/** `virDomainShutdownFlagValues`; 0 lets the hypervisor choose. */
export const ShutdownFlag = { ACPI_POWER_BTN: 1, GUEST_AGENT: 2, INITCTL: 4, SIGNAL: 8, PARAVIRT: 16 } as const

/** `virDomainAbortJobFlagsValues` (libvirt 8.5). POSTCOPY breaks a running post-copy on purpose so that it can be resumed. */
export const AbortJobFlag = { POSTCOPY: 1 } as const

/** `virDomainMigrateMaxSpeedFlags` (libvirt 5.1). */
export const MaxSpeedFlag = { POSTCOPY: 1 } as const

/** `virDomainModificationImpact`. */
export const AffectFlag = { CURRENT: 0, LIVE: 1, CONFIG: 2 } as const

/** `virConnectCompareCPUFlags`. */
export const CompareCpuFlag = { FAIL_INCOMPATIBLE: 1, VALIDATE_XML: 2 } as const

/** `virDomainBlockJobAbortFlags`. */
export const BlockJobAbortFlag = { ASYNC: 1, PIVOT: 2 } as const

/** `virDomainBlockCopyFlags`. */
export const BlockCopyFlag = { SHALLOW: 1, REUSE_EXT: 2, TRANSIENT_JOB: 4, SYNCHRONOUS_WRITES: 8 } as const

/** `virDomainGuestInfoTypes`; 0 is all that the agent can tell. */
export const GuestInfo = {
  USERS: 1,
  OS: 2,
  TIMEZONE: 4,
  HOSTNAME: 8,
  FILESYSTEM: 16,
  DISKS: 32,
  INTERFACES: 64,
} as const

/** `virConnectListAllStoragePoolsFlags`; 0 lists all. */
export const ListPoolsFlag = {
  INACTIVE: 1,
  ACTIVE: 2,
  PERSISTENT: 4,
  TRANSIENT: 8,
  AUTOSTART: 16,
  NO_AUTOSTART: 32,
} as const

/** `virConnectListAllNetworksFlags`; 0 lists all. */
export const ListNetworksFlag = ListPoolsFlag
