import { readFile } from 'node:fs/promises'
import { serverError } from '../../../errors.ts'

/**
 * The secret that the issuer gave this service; null for a public client.
 *
 * @throws LandfallError `bad-config` for one that cannot be read
 */
export async function clientSecretOf({
  clientSecretFile: path,
}: {
  readonly clientSecretFile: string | null
}): Promise<string | null> {
  if (path === null) return null
  const bad = (why: string, cause?: unknown): Error =>
    serverError(
      'bad-config',
      `oidc.client_secret_file ${path}: ${why}`,
      'Name a file that holds the secret alone',
      cause,
    )
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw bad(error instanceof Error ? error.message : String(error), error)
  })
  if (text.trim() === '') throw bad('it is empty')
  return text.trim()
}
