import type { Disk } from '@landfall/libvirt'

/** libvirt's own answer to "may this guest be migrated?", asked without starting anything. */
export type DryRunVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'unsafe'; readonly why: string }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** libvirt's answer to a migration that copies the disks named, and expects all others on shared storage. */
export type AskWithCopies = (targets: readonly string[]) => Promise<DryRunVerdict>

export interface FoundDisks {
  readonly local: readonly Disk[]
  /** Of a migration that copies just these. */
  readonly verdict: DryRunVerdict
}

/**
 * Tells shared files from local ones: only the source's libvirt sees what file system a file is on, and it tells no more
 * than "unsafe" (qemuMigrationSrcIsSafe, libvirt 9.0-11.3). So it is asked about each file with all others copied.
 */
export async function findLocalDisks(disks: readonly Disk[], ask: AskWithCopies): Promise<FoundDisks> {
  const verdict = await ask([])
  if (verdict.kind !== 'unsafe') return { local: [], verdict }
  const files = disks.filter(({ sourceKind, readonly }) => sourceKind === 'file' && !readonly)
  if (files.length === 0) return { local: [], verdict }
  const answers = await Promise.all(
    files.map(async (file) => {
      const others = files.filter((other) => other !== file).map(({ target }) => target)
      const answer = others.length === 0 ? verdict : await ask(others)
      return answer.kind === 'unsafe' ? [file] : []
    }),
  )
  const local = answers.flat()
  return { local, verdict: local.length === 0 ? verdict : await ask(local.map(({ target }) => target)) }
}
