import { createHash, createHmac } from 'node:crypto'

/** What requests are signed with. */
export type Secret = Buffer & { readonly use?: 'webhook signatures' }

/** `whsec_` and the base64 of 24 to 64 bytes, as the Standard Webhooks specification has it; null for what is none. */
export function readSecret(text: string): Secret | null {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (base64 === undefined) return null
  const secret = Buffer.from(base64, 'base64')
  return secret.length >= 24 && secret.length <= 64 ? secret : null
}

/** Whatever a notification is called: short, and without what a header or the signed text could not hold. */
export const messageId = (id: string): string =>
  `msg_${createHash('sha256').update(id).digest('base64url').slice(0, 27)}`

/**
 * The headers of the Standard Webhooks specification (version 1): HMAC-SHA256 over `ID.SECONDS.BODY`, one signature for each secret.
 *
 * @param at of this attempt: a receiver refuses what is minutes old
 */
export function signed(secrets: readonly Secret[], id: string, at: number, body: string): Record<string, string> {
  const seconds = String(Math.floor(at / 1000))
  const signatures = secrets.map((secret) => {
    const digest = createHmac('sha256', secret)
      .update(`${messageId(id)}.${seconds}.${body}`)
      .digest('base64')
    return `v1,${digest}`
  })
  return {
    'webhook-id': messageId(id),
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  }
}
