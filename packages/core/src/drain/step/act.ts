export type DrainAct =
  /** Ask for its migration, which waits for its launch. */
  | { readonly kind: 'prepare'; readonly uuid: string; readonly to: string; readonly cold: boolean }
  | { readonly kind: 'launch'; readonly uuid: string; readonly migration: string }
  /** Let go of one that waits for its launch. */
  | { readonly kind: 'withdraw'; readonly migration: string }
