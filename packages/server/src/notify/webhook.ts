import type { WebhookConfig } from '../config/notify-config.ts'
import { bodyOf } from './notification.ts'
import type { Attempt } from './outbox.ts'
import { messageId, signed } from './signature.ts'
import type { Secret } from './signature.ts'
import type { Target } from './target.ts'

/** Others than those of 5xx that may pass. */
const passing: readonly number[] = [408, 425, 429]

/** Posts a notification once each time, signed. Neither the address nor a secret is in what it says of a failure. */
export function webhookTarget(
  { name, events, url, timeoutMs, retryForMs }: Omit<WebhookConfig, 'secretFile'>,
  secrets: readonly Secret[],
  now: () => number,
): Target {
  const send: Target['send'] = async (notification, stopped) => {
    const body = bodyOf(notification)
    const outOfTime = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'landfall',
          ...signed(secrets, notification.id, now(), body),
        },
        // Wherever that leads, it is not configured.
        redirect: 'manual',
        signal: AbortSignal.any([outOfTime, stopped]),
      })
      // Nothing of an answer is of interest.
      await response.body?.cancel()
      return ofStatus(response.status, response.headers.get('retry-after'), messageId(notification.id))
    } catch (error) {
      return {
        kind: 'failed',
        why: outOfTime.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error),
        mayRetry: true,
      }
    }
  }
  return { name, events, retryForMs, send }
}

function ofStatus(status: number, retryAfter: string | null, id: string): Attempt {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  const asked = /^\d{1,9}$/.test(retryAfter ?? '') ? { retryAfterMs: Number(retryAfter) * 1000 } : {}
  const redirects = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
  return {
    kind: 'failed',
    why: `${id} was answered with ${status}${redirects}`,
    mayRetry: status >= 500 || passing.includes(status),
    ...asked,
  }
}

/** `ECONNREFUSED`: a message could name the address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const { code } = (cause ?? error) as { readonly code?: unknown }
  return typeof code === 'string' ? code : 'the connection failed'
}
