/** Where a migration is, in the order in which it usually goes through them; a cold one is `cold` instead of the four in the middle. */
export const migrationStatuses = [
  /** It waits for its turn, or for its next try: nothing was looked at for it yet. */
  'queued',
  /** Its hosts are checked, its guest is measured. */
  'planning',
  /** It was launched; nothing of the guest's memory was sent yet. */
  'preparing',
  /** Memory or local disks are copied while the guest runs on its source. */
  'copying',
  /** The guest stands still while it changes hosts. */
  'switching',
  /** The guest runs on its destination, and the rest of its memory follows. */
  'post-copy',
  /** The guest is shut down, moved and started. */
  'cold',
  /** It is over, and reported. */
  'ended',
  /** Nobody can say how it ended, or it cannot go on by itself: a person has to look. */
  'needs-attention',
] as const

export type MigrationStatus = (typeof migrationStatuses)[number]
