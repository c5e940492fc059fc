import type { Accepted, ServiceClient } from '../service/service-client.ts'
import type { Signalled } from './servers.ts'

export interface LiveMigration {
  /** A compute service's; the scheduler's choice unless told. Either way the scheduler checks it. */
  readonly host?: string | undefined
  /** Whether local disks are copied along; unless told, they are where the hosts do not share them. */
  readonly blockMigration?: boolean | undefined
}

/** What is done to a server by `POST /servers/ID/action`. All of it is only accepted: what becomes of it is asked for. */
export class ServerActions {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  /**
   * Whether it can be done is looked at after the answer: a refusal is seen in the migration's status (`error`) and in the
   * server's actions, under the answer's request ID.
   */
  async liveMigrate(
    id: string,
    { host, blockMigration }: LiveMigration = {},
    options: Signalled = {},
  ): Promise<Accepted> {
    const body = { 'os-migrateLive': { host: host ?? null, block_migration: blockMigration ?? 'auto' } }
    // Before 2.30 a host that is named is not checked by the scheduler, and before 2.34 the answer waits for checks.
    return this.#act(id, body, '2.34', options)
  }

  /** Cold; ends in `VERIFY_RESIZE`, where `confirm` or `revert` is awaited. */
  async migrate(id: string, { host }: Pick<LiveMigration, 'host'> = {}, options: Signalled = {}): Promise<Accepted> {
    const named = host !== undefined
    return this.#act(id, { migrate: named ? { host } : null }, named ? '2.56' : undefined, options)
  }

  /** Removes what the source kept. */
  async confirm(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { confirmResize: null }, undefined, options)
  }

  /** Back to the source. */
  async revert(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { revertResize: null }, undefined, options)
  }

  /** Writes another state into Nova's database; changes nothing on any host. */
  async resetState(id: string, state: 'active' | 'error', options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { 'os-resetState': { state } }, undefined, options)
  }

  async start(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { 'os-start': null }, undefined, options)
  }

  async stop(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { 'os-stop': null }, undefined, options)
  }

  async pause(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { pause: null }, undefined, options)
  }

  async unpause(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { unpause: null }, undefined, options)
  }

  async lock(id: string, reason?: string, options: Signalled = {}): Promise<Accepted> {
    const named = reason !== undefined
    return this.#act(id, { lock: named ? { locked_reason: reason } : null }, named ? '2.73' : undefined, options)
  }

  async unlock(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#act(id, { unlock: null }, undefined, options)
  }

  async #act(
    id: string,
    body: Record<string, unknown>,
    since: string | undefined,
    options: Signalled,
  ): Promise<Accepted> {
    return this.#client.act('POST', `/servers/${encodeURIComponent(id)}/action`, { ...options, body, since })
  }
}
