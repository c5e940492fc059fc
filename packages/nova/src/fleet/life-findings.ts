import type { Release } from '../options/release.ts'
import { releaseName } from '../options/release.ts'
import type { NovaOption } from '../options/nova-option.ts'
import { novaOptions } from '../options/schema.ts'
import type { ConfigSource } from '../oslo/read-oslo.ts'
import { readFiles } from '../oslo/read-oslo.ts'

/** A live-migration option that this release ignores, or will not have for long. */
export interface LifeFinding {
  readonly code: 'removed-option' | 'not-yet-option' | 'unknown-option' | 'wrong-section' | 'deprecated-option'
  readonly severity: 'problem' | 'note'
  readonly path: string
  readonly line: number
  readonly message: string
  readonly next: string
}

/** What these files say that a release does not hear (any more, or yet), in the order of the files. Pure. @throws ConfigFileError */
export function lifeFindings(sources: readonly ConfigSource[], release: Release): readonly LifeFinding[] {
  return readFiles(sources).assignments.flatMap(({ path, line, section, key, value }) => {
    const said = judge(section, key, value, release)
    return said === null ? [] : [{ ...said, path, line }]
  })
}

function judge(
  section: string,
  key: string,
  value: string,
  release: Release,
): Omit<LifeFinding, 'path' | 'line'> | null {
  const named = novaOptions.find(({ name }) => name === key)
  if (named !== undefined && named.group === section) return ofItsLife(named, value, release)
  // [default] is told by configFindings, which knows that it is not [DEFAULT].
  if (section === 'default') return null
  if (named !== undefined && ['DEFAULT', 'libvirt', 'compute', 'workarounds'].includes(section)) {
    return {
      code: 'wrong-section',
      severity: 'problem',
      message: `${key} is ignored in [${section}]: it belongs into [${named.group}]`,
      next: `Move it to [${named.group}]`,
    }
  }
  // Of no other name of [libvirt] is every option known here.
  if (section !== 'libvirt' || !key.startsWith('live_migration_')) return null
  const meant = nearest(key)
  return {
    code: 'unknown-option',
    severity: 'problem',
    message: `[libvirt] has no option "${key}": it is ignored`,
    next: meant === null ? 'Remove it, or correct its name' : `Is ${meant} meant?`,
  }
}

function ofItsLife(option: NovaOption, value: string, release: Release): Omit<LifeFinding, 'path' | 'line'> | null {
  const { name, removed, deprecated, periods } = option
  if (removed !== undefined && release >= removed.in) {
    return {
      code: 'removed-option',
      severity: 'problem',
      message: `${name} is ignored: it was removed in ${releaseName(removed.in)} (${removed.why})${lostTunnel(value)}`,
      next: 'Remove it',
    }
  }
  const first = periods[0]?.from
  if (first !== undefined && release < first) {
    return {
      code: 'not-yet-option',
      severity: 'problem',
      message: `${name} is ignored: it comes with ${releaseName(first)}, and this is ${releaseName(release)}`,
      next: 'Remove it until then',
    }
  }
  if (deprecated === undefined || release < deprecated.since) return null
  return {
    code: 'deprecated-option',
    severity: 'note',
    message: `${name} is deprecated since ${releaseName(deprecated.since)}: ${hasParameters(name, value) ? 'live_migration_scheme and live_migration_inbound_addr take its place, but its parameters they cannot say' : deprecated.why}`,
    next: 'It works for now',
  }
}

const lostTunnel = (value: string): string =>
  /TUNNELLED/.test(value)
    ? '. The tunnel that it asks for comes from live_migration_tunnelled alone: unless that or native TLS is on, memory crosses the network unencrypted'
    : ''

/** qemu+tls://%s/system?no_verify=1&pkipath=... */
const hasParameters = (name: string, value: string): boolean => name === 'live_migration_uri' && value.includes('?')

/** The option whose name needs the fewest changes; null where it would take more than three. */
function nearest(key: string): string | null {
  const ranked = novaOptions
    .map(({ name }) => ({ name, changes: distance(key, name) }))
    .toSorted((a, b) => a.changes - b.changes)
  const best = ranked[0]
  return best !== undefined && best.changes <= 3 ? best.name : null
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries()) {
      const kept = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(kept, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
