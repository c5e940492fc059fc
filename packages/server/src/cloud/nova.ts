import type { Accepted, Migration, Server, ServerGroup } from '@landfall/openstack'
import type { HeldAllocations } from './held-allocations.ts'

/**
 * What is asked of Nova. Every method rejects with a LandfallError: `nova-refused`, `nova-unreachable`, `bad-config`. What Nova
 * accepts is only accepted: what becomes of it is seen in its record.
 */
export interface NovaApi {
  readonly cloud: string
  /** Null where Nova has no such instance, or does not show it to this user. */
  readonly server: (id: string) => Promise<Server | null>
  /** Of every kind; null where it was never migrated. */
  readonly newestMigration: (id: string) => Promise<Migration | null>
  /** Live migrations from that compute service that have not ended. */
  readonly liveFrom: (host: string) => Promise<readonly Migration[]>
  /** Live migrations of all hosts that have changed since then. */
  readonly liveSince: (since: Date) => Promise<readonly Migration[]>
  /** Whether nothing more becomes of it. */
  readonly hasEnded: (record: Pick<Migration, 'status'>) => boolean
  /** To that compute service, or to the scheduler's choice. */
  readonly liveMigrate: (id: string, host: string | null) => Promise<Accepted>
  /** Cold; ends in VERIFY_RESIZE, where `confirm` or `revert` is awaited. */
  readonly coldMigrate: (id: string, host: string | null) => Promise<Accepted>
  readonly confirm: (id: string) => Promise<Accepted>
  readonly revert: (id: string) => Promise<Accepted>
  readonly forceComplete: (id: string, migration: number) => Promise<Accepted>
  readonly abort: (id: string, migration: number) => Promise<Accepted>
  /** Writes `active` into Nova's database; changes nothing on any host. */
  readonly resetState: (id: string) => Promise<Accepted>
  /** @param migration the UUID of its newest migration; null where there is none */
  readonly allocations: (instance: Server, migration: string | null) => Promise<HeldAllocations>
  /** Nova's name of the host that libvirt calls so. */
  readonly hostOf: (hostname: string) => Promise<string | null>
  readonly groupOf: (id: string) => Promise<ServerGroup>
  /** Keeps its scheduler from choosing that compute service. False where somebody has disabled it already: theirs stays theirs. */
  readonly disable: (host: string, reason: string) => Promise<boolean>
  /** Takes that back where the reason still begins so. */
  readonly enable: (host: string, reason: string) => Promise<boolean>
  /** Under which its logs and the instance's actions tell of that migration; null where no act fits. */
  readonly requestOf: (record: Pick<Migration, 'serverId' | 'createdAt'>) => Promise<string | null>
  /** What Nova wrote down of an act that came to nothing; null where it wrote nothing. */
  readonly whyFailed: (id: string, requestId: string) => Promise<string | null>
}

/** Opened when it is needed first. @throws LandfallError `nova-not-configured`, `bad-config` */
export type OpenNova = () => Promise<NovaApi>
