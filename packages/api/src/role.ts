/** What whoever answers has to do with a migration. */
export interface Role {
  /** Launched here; taken over from a driver of ours that died; or found running, started by somebody else. */
  readonly origin: 'launched' | 'taken-over' | 'found'
  /** Whether it is steered from here, or only followed. */
  readonly hands: 'on' | 'off'
}
