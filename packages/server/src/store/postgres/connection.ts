import type { PoolClient } from 'pg'
import type { Step, Work } from '../sql/steps.ts'

/** A connection that is borrowed for a while, and whether it can be used again afterwards. */
export class Connection {
  readonly #client: PoolClient
  #fault: unknown = null

  constructor(client: PoolClient) {
    this.#client = client
  }

  /** What the database, or the way to it, failed with; null where it did not. */
  get fault(): unknown {
    return this.#fault
  }

  async ask(text: string, values: readonly unknown[] = [], rowMode?: 'array'): Promise<readonly unknown[]> {
    try {
      if (values.length === 0 && rowMode === undefined) return (await this.#client.query(text)).rows
      const config = { text, values: [...values] }
      if (rowMode === undefined) return (await this.#client.query(config)).rows
      return (await this.#client.query({ ...config, rowMode })).rows
    } catch (error) {
      this.#fault = error
      throw error
    }
  }

  /** Answers all that is asked, one after the other. */
  async run<T>(work: Work<T>): Promise<T> {
    let step = work.next()
    while (step.done !== true) step = work.next(await this.#rowsOf(step.value))
    return step.value
  }

  /** All of it or nothing. */
  async transact<T>(work: () => Work<T>, outlivesPowerCut: boolean): Promise<T> {
    await this.ask(outlivesPowerCut ? 'begin' : 'begin; set local synchronous_commit = off')
    try {
      const result = await this.run(work())
      await this.ask('commit')
      return result
    } catch (error) {
      // One that failed is closed, which undoes it all as well.
      if (this.#fault === null) await this.ask('rollback')
      throw error
    }
  }

  /** Gives it back; one that failed in whatever way is closed. */
  giveBack(): void {
    this.#client.release(this.#fault !== null)
  }

  #rowsOf({ query, rows }: Step): Promise<readonly unknown[]> {
    const { sql, parameters } = query.compile()
    return this.ask(sql, parameters, rows === 'arrays' ? 'array' : undefined)
  }
}
