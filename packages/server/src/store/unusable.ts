import { serverError } from '../errors.ts'

/** @param where a path, or a URL without its secrets */
export function storeUnusable(where: string, cause: unknown): Error {
  return serverError(
    'store-unusable',
    `what is stored of migrations cannot be used: ${where}: ${reasonOf(cause)}`,
    'Look at that file and its folder, or at that database; nothing was started, and a migration under way goes on by itself',
    cause,
  )
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // Several addresses of a host that all refused are an error without words.
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}
