import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseError, Pool, TypeOverrides, types } from 'pg'
import { schemaName } from './apply-schema.ts'
import { Connection } from './connection.ts'
import type { PostgresAddress } from './postgres-address.ts'

export interface PoolLimits {
  /** How many connections at a time. */
  readonly most: number
  /** What takes longer is given up, here and there. */
  readonly queryMs: number
  /** How long a server that cannot be reached is waited for. */
  readonly patienceMs: number
}

const connectMs = 5000
const retryMs = 100
/** A driver that was stopped in the middle of a transaction keeps nobody from its migration for longer than that. */
const idleInTransactionMs = 2000
const parsers = new TypeOverrides()
// Milliseconds and counts, all of which a number holds.
parsers.setTypeParser(types.builtins.INT8, Number)
/** Shutting down, starting, or no place for one more: it will be there in a moment. */
const passing: readonly string[] = ['57P01', '57P02', '57P03', '53300']

/** Connections that know the tables. One that breaks while nobody uses it is replaced, and that is all. */
export class ConnectionPool implements AsyncDisposable {
  readonly #pool: Pool
  readonly #patienceMs: number

  constructor({ url }: PostgresAddress, { most, queryMs, patienceMs }: PoolLimits) {
    this.#patienceMs = patienceMs
    // Short queries all: compiling one takes longer than answering it.
    const session = `set search_path = ${schemaName}; set client_min_messages = warning; set jit = off;
      set idle_in_transaction_session_timeout = ${idleInTransactionMs}; set statement_timeout = ${queryMs}`
    this.#pool = new Pool({
      connectionString: url,
      max: most,
      application_name: 'landfall',
      connectionTimeoutMillis: Math.min(connectMs, queryMs),
      query_timeout: queryMs,
      keepAlive: true,
      allowExitOnIdle: true,
      types: parsers,
      // For each new connection; it is waited for.
      verify: (client, done) => client.query(session, (error) => done(error)),
    })
    // Told twice otherwise, and once to nobody: whoever asks something of it hears of it by that.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
    this.#pool.on('error', () => undefined)
  }

  /** @throws what `use` throws; that of a server that cannot be reached within the patience */
  async with<T>(use: (connection: Connection) => Promise<T>, onFault: (fault: unknown) => Error): Promise<T> {
    const connection = await this.#connect(onFault)
    try {
      return await use(connection)
    } catch (error) {
      throw connection.fault === null ? error : onFault(connection.fault)
    } finally {
      connection.giveBack()
    }
  }

  /** Nothing was asked yet: it can be tried again. */
  async #connect(onFault: (fault: unknown) => Error): Promise<Connection> {
    const giveUpAt = performance.now() + this.#patienceMs
    for (;;) {
      try {
        return new Connection(await this.#pool.connect())
      } catch (error) {
        const isPassing = !(error instanceof DatabaseError) || passing.includes(error.code ?? '')
        if (!isPassing || performance.now() > giveUpAt) throw onFault(error)
      }
      await delay(retryMs)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }
}
