/** How the token of a session is called: who it is, and a number, for somebody may have several. */
const session = /^(oidc:.*) #[0-9a-f]{16}$/s

export const isSession = (name: string): boolean => session.test(name)

/** Who it is, whichever of several sessions asks. */
export const personOf = (name: string): string => session.exec(name)?.[1] ?? name
