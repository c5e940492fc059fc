import type { Stats } from 'node:fs'
import { readFileSync, statSync } from 'node:fs'
import { parseUri } from '@landfall/libvirt'
import type { Host } from '../hosts/host.ts'

/** A private key that `keyfile` of a host's URI names, and whether ssh can use it for who asks. */
export interface NamedKey {
  /** The hosts that are reached with it. */
  readonly usedFor: string
  readonly path: string
  /** Why ssh does not use it; null where it does. */
  readonly why: string | null
}

/** Every key that is named for a host over ssh, each once, read and judged; what ssh finds by itself is its own business. */
export function namedKeys(hosts: readonly Pick<Host, 'name' | 'uri'>[]): NamedKey[] {
  const users = new Map<string, string[]>()
  for (const { name, uri } of hosts) {
    const { transport, parameters } = parseUri(uri)
    const path = parameters.get('keyfile')
    if (transport !== 'ssh' || path === undefined) continue
    users.set(path, [...(users.get(path) ?? []), name])
  }
  return [...users].map(([path, names]) => ({ usedFor: names.join(', '), path, why: whyNot(path) }))
}

function whyNot(path: string): string | null {
  try {
    return whyUnusable(readFileSync(path, 'utf8'), statSync(path), process.getuid?.())
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Why ssh does not take that key; null where it does. Pure. */
export function whyUnusable(text: string, { mode, uid }: Pick<Stats, 'mode' | 'uid'>, own?: number): string | null {
  const [, kind, body = ''] = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----([\s\S]*?)-----END/.exec(text) ?? []
  if (kind === undefined) return 'it is no private key'
  // As ssh has it: of another's key it does not ask who else may read it.
  if (uid === own && (mode & 0o077) !== 0)
    return `others may read it (mode ${(mode & 0o777).toString(8)}), and ssh refuses that: chmod 600`
  return isLocked(kind, body) ? 'it needs a passphrase, which ssh asks nobody for: only an agent helps' : null
}

/** In a key of OpenSSH the name of its cipher stands behind the 15 bytes of its magic and a length of 4. */
function isLocked(kind: string, body: string): boolean {
  if (kind !== 'OPENSSH ') return kind.includes('ENCRYPTED') || body.includes('ENCRYPTED')
  const bytes = Buffer.from(body, 'base64')
  return bytes.length > 23 && bytes.toString('latin1', 19, 23) !== 'none'
}
