import { serverError } from '../../errors.ts'

/** Where a store on PostgreSQL is, and what it is called without its secrets. */
export interface PostgresAddress {
  /** With its password: for the driver alone. */
  readonly url: string
  readonly shown: string
}

const protocols = /^postgres(ql)?:\/\//

/** Whether that names a database of PostgreSQL. */
export const isPostgresUrl = (where: string): boolean => protocols.test(where)

/**
 * @example
 *   readPostgresAddress('postgres://landfall:secret@db.example.org/landfall').shown
 *   // postgres://landfall@db.example.org/landfall
 *
 * @throws LandfallError `store-unusable` where it is no URL; what was given is not repeated, since it may hold a password
 */
export function readPostgresAddress(url: string): PostgresAddress {
  let shown: URL
  try {
    shown = new URL(url)
  } catch {
    // The cause holds the whole of it.
    throw serverError(
      'store-unusable',
      'the URL of the store is not one: postgres://USER@HOST/DATABASE is expected',
      'Look at LANDFALL_STORE; what has a meaning in URLs is written as %2F in user, password and host',
    )
  }
  shown.password = ''
  // The driver takes settings there, a password among them.
  const told = ['host', 'port'].flatMap((name) =>
    shown.searchParams.getAll(name).map((value): [string, string] => [name, value]),
  )
  shown.search = new URLSearchParams(told).toString()
  return { url, shown: shown.toString() }
}
