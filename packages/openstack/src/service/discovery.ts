import { z } from 'zod'
import type { VersionRange } from './microversion.ts'
import { parseMicroversion } from './microversion.ts'

const versionSchema = z.object({
  id: z.string(),
  status: z.string(),
  /** Nova and Cinder. */
  version: z.string().nullish(),
  min_version: z.string().nullish(),
  /** Placement. */
  max_version: z.string().nullish(),
})

/** `{"version": {...}}` of one version's address, or `{"versions": [...]}` of a service's. */
export const discoverySchema = z.union([
  z.object({ version: versionSchema }).transform(({ version }) => [version]),
  z.object({ versions: z.array(versionSchema) }).transform(({ versions }) => versions),
])

export type ApiVersion = z.infer<typeof versionSchema>

/** The microversions of that API; null where it has none, as Neutron. */
export function rangeOf(versions: readonly ApiVersion[], major: number): VersionRange | null {
  for (const { version, max_version: max, min_version: min } of versions) {
    const newest = max ?? version ?? ''
    if (newest === '' || (min ?? '') === '') continue
    const range = { oldest: parseMicroversion(min ?? ''), newest: parseMicroversion(newest) }
    if (range.newest.major === major) return range
  }
  return null
}

/**
 * Where a service says what it can: its address without the project that some catalogues append, and without what follows a
 * version.
 */
export function discoveryUrl(endpoint: string): string {
  const plain = endpoint.replace(/\/+$/, '')
  const [, versioned] = /^(.*\/v\d+(?:\.\d+)?)(?:\/.*)?$/.exec(plain) ?? []
  return `${versioned ?? plain}/`
}
