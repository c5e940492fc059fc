/**
 * The token lives in this tab's memory and its session storage, so that a reload keeps it and closing the tab forgets it: never in
 * an address, a cookie or the local storage.
 */
const key = 'landfall-token'

export const keptToken = (): string | null => sessionStorage.getItem(key)

export function keepToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, token)
}
