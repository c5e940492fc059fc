import type { HostSession } from './host-session.ts'

/** Of what is kept for each host's session: what those in use have already, and what belongs to none of them any more. */
export function forSessions<Kept extends { readonly session: HostSession }>(
  sessions: readonly HostSession[],
  before: readonly Kept[],
): { readonly kept: ReadonlyMap<HostSession, Kept>; readonly gone: readonly Kept[] } {
  const inUse = new Set(sessions)
  const kept = new Map(before.map((each) => [each.session, each]))
  return { kept, gone: before.filter(({ session }) => !inUse.has(session)) }
}
