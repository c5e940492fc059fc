/** Signing in at the issuer that a service takes people from: its own pages do it, and leave a cookie that no script can read. */
const place = '/console/sign-in'

export const beginSignIn = `${place}/begin`

/** Whose people may sign in, by its host; null where nobody's, and where the service does not say. */
export async function offeredIssuer(ask: typeof fetch): Promise<string | null> {
  try {
    const response = await ask(`${place}/offer`)
    const told: unknown = response.ok ? await response.json() : null
    const issuer = typeof told === 'object' && told !== null && 'issuer' in told ? told.issuer : null
    return typeof issuer === 'string' ? issuer : null
  } catch {
    return null
  }
}

/** Ends the session here; the issuer's own goes on. */
export async function endSession(ask: typeof fetch): Promise<void> {
  await ask(`${place}/out`, { method: 'POST' })
}

/** Why a sign-in was not taken, as the address says once; null where it does not. */
export function takeRefusal(): string | null {
  const address = new URL(location.href)
  const code = address.searchParams.get('refused')
  if (code === null) return null
  address.searchParams.delete('refused')
  history.replaceState(history.state, '', address)
  return refusals[code] ?? 'The sign-in did not work: try again, or use a token.'
}

const refusals: Readonly<Record<string, string>> = {
  'sign-in-refused':
    'The sign-in was not taken: it was broken off, took too long, or was not begun here. Sign in again.',
  'scope-too-small': 'You are known, but may nothing here: an administrator says who may.',
  'unknown-token': 'The issuer did not say who you are: an administrator has to look at what it tells.',
  'issuer-unreachable': 'Where you sign in does not answer. Try again in some seconds, or use a token.',
  'too-many-requests': 'Too many tries at once: sign in again in some seconds.',
}
