/** One way of migrating the guest: a command inside the source host, or Landfall's own. */
export interface Contender {
  readonly name: string
  /** Null: it never ends, so it is stopped after `stopAfterMs` and counts as not finished. */
  readonly stopAfterMs: number | null
  readonly command:
    | { readonly kind: 'virsh'; readonly options: readonly string[] }
    | { readonly kind: 'landfall'; readonly options: readonly string[] }
}

const virsh = (name: string, options: readonly string[], stopAfterMs: number | null = null): Contender => ({
  name,
  stopAfterMs,
  command: { kind: 'virsh', options },
})
const landfall = (name: string, options: readonly string[]): Contender => ({
  name,
  stopAfterMs: null,
  command: { kind: 'landfall', options },
})

/** The demo's guest, as the tools of today move it and as Landfall does. */
export const contenders: readonly Contender[] = [
  landfall('landfall', []),
  landfall('landfall --post-copy never --max-pause 10s', ['--post-copy', 'never', '--max-pause', '10s']),
  virsh('virsh migrate --live --p2p', [], 60_000),
  virsh('virsh migrate --auto-converge', ['--auto-converge']),
  virsh('virsh migrate --postcopy --postcopy-after-precopy', ['--postcopy', '--postcopy-after-precopy']),
]
