import { createPrivateKey, X509Certificate } from 'node:crypto'

/** A certificate with its key, as they stand in their files; `authority` signs it, where that is known here. */
export interface CertificatePair {
  readonly certificate: string
  readonly key: string
  readonly authority: string | null
}

export type CertificateVerdict =
  | { readonly kind: 'good'; readonly expiresAt: number }
  | { readonly kind: 'bad'; readonly why: string }

const bad = (why: string): CertificateVerdict => ({ kind: 'bad', why })

/** Whether whoever is asked with it can accept it at that time: PEM text, the first certificate of a chain. */
export function judgeCertificate({ certificate, key, authority }: CertificatePair, now: number): CertificateVerdict {
  const own = parsed(() => new X509Certificate(certificate))
  if (own === null) return bad('the certificate is none in PEM')
  const secret = parsed(() => createPrivateKey(key))
  if (secret === null) return bad('the key is none in PEM, or needs a passphrase')
  if (!own.checkPrivateKey(secret)) return bad('the key is not the one of the certificate')
  const signer = authority === null ? undefined : parsed(() => new X509Certificate(authority))
  if (signer === null) return bad('the certificate of the authority is none in PEM')
  // With certificates between them its issuer is another: only one that bears the authority's name has to be signed by it.
  if (signer !== undefined && own.issuer === signer.subject && !own.verify(signer.publicKey))
    return bad('the authority did not sign the certificate, though it is named in it')
  for (const [what, each] of [['the certificate', own] as const, ['the authority', signer] as const]) {
    if (each === undefined) continue
    if (each.validFromDate.getTime() > now)
      return bad(`${what} is not valid before ${each.validFromDate.toISOString()}`)
    if (each.validToDate.getTime() < now) return bad(`${what} expired on ${each.validToDate.toISOString()}`)
  }
  return { kind: 'good', expiresAt: own.validToDate.getTime() }
}

function parsed<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
