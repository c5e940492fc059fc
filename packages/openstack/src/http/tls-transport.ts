import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { OpenStackClientError } from '../errors.ts'
import type { Transport } from './exchange.ts'
import { fetchTransport } from './fetch-transport.ts'
import type { FetchLike, FetchOptions } from './fetch-transport.ts'

/** How the cloud's certificates are checked, and what we show of ours. Paths. */
export interface TlsSettings {
  /** False only where somebody asked for it. */
  readonly verify: boolean
  /** In place of the authorities that Node knows. */
  readonly caFile: string | null
  readonly certFile: string | null
  /** Null where the certificate's file has it as well. */
  readonly keyFile: string | null
}

export const plainTls: TlsSettings = { verify: true, caFile: null, certFile: null, keyFile: null }

/** Sends by `fetch`; where something is to be set, by undici's, whose connections take it. */
export async function transportFor(tls: TlsSettings, options: FetchOptions = {}): Promise<Transport> {
  if (tls.verify && tls.caFile === null && tls.certFile === null) return fetchTransport(options)
  const { Agent, fetch } = await import('undici')
  const [ca, cert, key] = await Promise.all([
    pem(tls.caFile, 'cacert'),
    pem(tls.certFile, 'cert'),
    pem(tls.keyFile ?? tls.certFile, 'key'),
  ])
  const dispatcher = new Agent({
    connect: {
      rejectUnauthorized: tls.verify,
      ca: ca ?? [...rootCertificates],
      ...(cert === null ? {} : { cert, key: key ?? cert }),
    },
  })
  const withAgent: FetchLike = (url, init) => fetch(url, { ...init, dispatcher })
  return fetchTransport({ ...options, fetch: withAgent })
}

async function pem(file: string | null, key: string): Promise<string | null> {
  if (file === null) return null
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new OpenStackClientError('OPENSTACK_BAD_CONFIG', `${key}: ${file} cannot be read: ${String(cause)}`, {
      cause,
    })
  }
}
