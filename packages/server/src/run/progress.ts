import type { MigrationUpdate } from '@landfall/api'

export type OnUpdate = (update: MigrationUpdate) => void
