import type { MigrationReport } from '../store/migration-report.ts'

/** A migration under way, as its owner holds it. */
export interface RunningMigration {
  readonly id: string
  /** Asks for an abort; the guest then stays on its source. */
  readonly abort: (why: string) => void
  readonly ended: Promise<MigrationReport>
}
