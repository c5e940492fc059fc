import type { SqlDialect } from './dialect.ts'
import type { Work } from './steps.ts'

/** A database that carries out work. */
export interface SqlDatabase extends AsyncDisposable {
  readonly dialect: SqlDialect
  readonly read: <T>(work: () => Work<T>) => Promise<T>
  /**
   * All of it or nothing.
   *
   * @param outlivesPowerCut whether it is on the disk when this returns; what is not may be lost with the power, in order
   */
  readonly write: <T>(work: () => Work<T>, outlivesPowerCut?: boolean) => Promise<T>
}
