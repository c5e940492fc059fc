/** What one host says of the guest, asked directly. */
export type HostView =
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present'
      /** libvirt's domain state, e.g. `running`, `paused`, `shutoff`. */
      readonly state: string
      /** libvirt's reason for it, e.g. `migrated`, `postcopy-failed`. */
      readonly reason: string
      readonly outgoingJob: boolean
    }
