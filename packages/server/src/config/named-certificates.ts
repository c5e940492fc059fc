import { readFileSync } from 'node:fs'
import { certificatePaths, parseUri } from '@landfall/libvirt'
import type { CertificateVerdict } from './certificate-check.ts'
import { judgeCertificate } from './certificate-check.ts'
import type { Host } from '../hosts/host.ts'
import type { ServerConfig } from './server-config.ts'

/** A certificate that a configuration needs here, and whether it can be used by who asks. */
export interface NamedCertificate {
  /** What it is for: `server`, or the hosts that are reached with it. */
  readonly usedFor: string
  readonly path: string
  readonly verdict: CertificateVerdict
}

interface Needs {
  readonly hosts: readonly Pick<Host, 'name' | 'uri'>[]
  readonly server: Pick<ServerConfig, 'tls'>
}

interface Paths {
  readonly usedFor: string
  readonly certificate: string
  readonly key: string
  readonly authority: string | null
}

/** Every certificate of the service itself and of hosts over TLS, each once, read and judged. */
export function namedCertificates({ hosts, server }: Needs, now: number): NamedCertificate[] {
  const own: Paths[] = server.tls === null ? [] : [{ usedFor: 'server', authority: null, ...server.tls }]
  const clients = new Map<string, Paths>()
  for (const { name, uri } of hosts) {
    const { transport, parameters } = parseUri(uri)
    if (transport !== 'tls') continue
    const { ca, cert, key } = certificatePaths(parameters.get('pkipath'))
    const others = clients.get(cert)
    clients.set(cert, {
      usedFor: others === undefined ? name : `${others.usedFor}, ${name}`,
      certificate: cert,
      key,
      authority: ca,
    })
  }
  return [...own, ...clients.values()].map((paths) => ({
    usedFor: paths.usedFor,
    path: paths.certificate,
    verdict: judged(paths, now),
  }))
}

const read = (path: string): string => readFileSync(path, 'utf8')

function judged({ certificate, key, authority }: Paths, now: number): CertificateVerdict {
  try {
    const texts = { certificate: read(certificate), key: read(key), authority: authority && read(authority) }
    return judgeCertificate(texts, now)
  } catch (error) {
    return { kind: 'bad', why: error instanceof Error ? error.message : String(error) }
  }
}
