/** Where everything of this version stands. */
export const apiPath = '/api/v1'

/** The events of a migration, and of a plan that is being made. */
export const eventNames = {
  /** Data: a `MigrationUpdate` or a `PlanUpdate`; the event's ID is its number. */
  update: 'update',
  /** Data: the plan. */
  planned: 'planned',
  /** Data: a `Problem`; nothing comes behind it. */
  problem: 'problem',
  /** Nothing comes behind it. */
  end: 'end',
} as const
