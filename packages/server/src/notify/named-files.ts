import { constants } from 'node:fs'
import { accessSync, readFileSync, statSync } from 'node:fs'
import type { CommandConfig, NotifyConfig, WebhookConfig } from '../config/notify-config.ts'
import { serverError } from '../errors.ts'
import type { Secret } from './signature.ts'
import { readSecret } from './signature.ts'

/** The secrets of a webhook: several while one is changed for another. Their text is told nowhere. @throws LandfallError `bad-config` */
export function secretsOf({ name, secretFile }: Pick<WebhookConfig, 'name' | 'secretFile'>): readonly Secret[] {
  const bad = (why: string, next: string, cause?: unknown): Error =>
    serverError('bad-config', `notify: secret_file of "${name}": ${secretFile}: ${why}`, next, cause)
  let text: string
  try {
    text = readFileSync(secretFile, 'utf8')
  } catch (error) {
    throw bad(codeOf(error), 'Check the path and who may read it: the service runs as its own user', error)
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const secrets = lines.flatMap((line) => readSecret(line.trim()) ?? [])
  if (secrets.length === 0 || secrets.length < lines.length) {
    throw bad(
      'no line of whsec_ and base64 of 24 to 64 bytes',
      `Make one: (umask 077; echo "whsec_$(openssl rand -base64 32)" > ${secretFile})`,
    )
  }
  return secrets
}

/** @throws LandfallError `bad-config` where a program that is to be run is not there, or not to be run */
function assertRuns({ name, run: [program] }: CommandConfig): void {
  const bad = (why: string, cause?: unknown): Error =>
    serverError('bad-config', `notify: run of "${name}": ${program}: ${why}`, 'Check the path and chmod +x', cause)
  try {
    accessSync(program, constants.X_OK)
  } catch (error) {
    throw bad(codeOf(error), error)
  }
  if (!statSync(program).isFile()) throw bad('not a file')
}

/** What the file names has to be there. @throws LandfallError `bad-config` */
export function assertNotifiable(config: NotifyConfig | null): void {
  for (const webhook of config?.webhooks ?? []) secretsOf(webhook)
  for (const command of config?.commands ?? []) assertRuns(command)
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read'
