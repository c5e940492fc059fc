import type { ConfigSource, Unreadable } from '@landfall/nova'

/** Where a hypervisor's files are. */
export type HostPlace =
  /** A folder of this machine: `/`, or what was collected from a host. */
  | { readonly kind: 'folder'; readonly folder: string; readonly shownAs?: string }
  /** Single files of this machine, by their names. */
  | { readonly kind: 'files'; readonly configs: readonly string[]; readonly logs: readonly string[] }
  | { readonly kind: 'ssh'; readonly target: SshTarget }
  /** There is something, and this user may not look at it. */
  | { readonly kind: 'closed'; readonly path: string }

export interface SshTarget {
  /** `user@host` or `host`, as ssh takes it. */
  readonly destination: string
  readonly port: number | null
  /** Root of the host's files. */
  readonly folder: string
}

/** One hypervisor and every place that has files of it. */
export interface HostSpec {
  readonly host: string
  readonly places: readonly HostPlace[]
}

/** What was read of a hypervisor, apart from its logs, which went to their reader. */
export interface HostMaterial {
  readonly host: string
  /** In the order in which its service reads them. */
  readonly sources: readonly ConfigSource[]
  /** Folders that its service is told to read, as its sources are shown: no others are. Null: those that nova reads by itself. */
  readonly confFolders: readonly string[] | null
  /** Folder of this machine that an override file belongs into; null where there is none, or it is elsewhere. */
  readonly configFolder: string | null
  /** Where an override file belongs on a host that is asked over ssh; null for every other. */
  readonly remote: { readonly target: SshTarget; readonly configFolder: string | null } | null
  /** Folder of this machine that the host's files lie in. */
  readonly folder: string | null
  /** Whether anything of a compute service was there; else only a conductor's or a scheduler's logs. */
  readonly isHypervisor: boolean
  readonly logFiles: number
  readonly logBytes: number
  /** Why it could not be reached or read; null where it could. */
  readonly unreached: string | null
  readonly unreadable: readonly Unreadable[]
  /** Configuration that is there and could not be read: what it sets is not known, and neither is what it leaves. */
  readonly unreadConfigs: readonly string[]
  /** What the environment of its service sets: `OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME`. */
  readonly environment: Readonly<Record<string, string>>
  /** Files that look like logs of nova and were left out. */
  readonly skipped: readonly string[]
}
