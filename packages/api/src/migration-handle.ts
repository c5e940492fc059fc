/** What a migration that was asked for, or found, is called; what becomes of it is told by `Client.updates`. */
export interface MigrationHandle {
  readonly id: string
  readonly guest: string
}
