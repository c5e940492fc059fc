import { expect, test } from 'vitest'
import { readCloudConfig } from './cloud-config.ts'

/** The error, and those that it tells as its causes. */
async function wordsOf(files: Readonly<Record<string, string>>, environment = {}): Promise<string> {
  const source = {
    environment,
    workingDirectory: '/w',
    homeDirectory: '/h',
    read: async (path: string) => files[path] ?? null,
  }
  const error: unknown = await readCloudConfig({}, source).catch((cause: unknown) => cause)
  const words: string[] = []
  for (let each = error; each instanceof Error; each = each.cause) words.push(each.message)
  return words.join('\n')
}

const yaml = (password: string) => ({ '/w/clouds.yaml': `clouds:\n  a:\n    auth:\n      password: ${password}\n` })
const secret = {
  OS_AUTH_URL: 'http://keystone/v3',
  OS_AUTH_TYPE: 'v3applicationcredential',
  OS_APPLICATION_CREDENTIAL_ID: 'id',
  OS_APPLICATION_CREDENTIAL_SECRET: 's{qz}t',
}

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  ['begins with a star', yaml('*sqzt'), {}],
  ['begins with a quote', yaml('"s{qz}t'), {}],
  ['has no quotes in JSON', { '/w/clouds.json': '{"clouds":{"a":{"auth":{"password":s{qz}t}}}}' }, {}],
  ['has a brace', {}, secret],
])('a secret that %s is not in the error about it', async (_name, files, environment) => {
  const words = await wordsOf(files, environment)
  expect(words).not.toBe('')
  expect(words).not.toMatch(/qz/)
})
