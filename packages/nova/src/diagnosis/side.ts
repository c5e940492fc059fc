/** Whose it is to look after. */
export type Side =
  | 'source'
  | 'destination'
  | 'both hosts'
  | 'guest'
  | 'request'
  | 'storage'
  | 'network'
  | 'control plane'
