import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { CloudConfig } from '../src/config/cloud-config.ts'
import { readCloudConfig } from '../src/config/cloud-config.ts'
import type { ConfigSource } from '../src/config/config-source.ts'
import type { AuthMethod, NamedRef, Scope } from '../src/identity/auth-method.ts'

// What openstacksdk itself made of each case; written by test/sdk/read-with-sdk.py, which takes no part in this test.
const serviceSchema = z.object({
  endpoint: z.string().nullable(),
  interface: z.union([z.string(), z.array(z.string())]).nullable(),
  region: z.string().nullable(),
  microversion: z.string().nullable(),
  api_version: z.string().nullable(),
})
const answerSchema = z.object({
  name: z.string(),
  auth_type: z.string(),
  auth: z.record(z.string(), z.string()),
  region: z.string(),
  interface: z.union([z.string(), z.array(z.string())]),
  verify: z.union([z.boolean(), z.string()]),
  cert: z.union([z.string(), z.array(z.string())]).nullable(),
  timeout: z.union([z.string(), z.number()]).nullable(),
  compute: serviceSchema,
  placement: serviceSchema,
  'block-storage': serviceSchema,
})
const caseSchema = z.object({
  name: z.string(),
  files: z.record(z.string(), z.string()).default({}),
  env: z.record(z.string(), z.string()).default({}),
  cloud: z.string().optional(),
  region: z.string().optional(),
  sdk: z.union([z.object({ error: z.string() }), answerSchema]),
})
const golden = z
  .object({ openstacksdk: z.string(), cases: z.array(caseSchema) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'golden/openstacksdk-4.4.0.json'), 'utf8')))

/** Where this package says no, and openstacksdk goes on to fail later or in another way. */
const saidEarlier: Readonly<Record<string, string>> = {
  v2password: 'Keystone has had no version 2 since Queens',
  'a user without a domain': 'Keystone 3 refuses it',
}

const home = '/home'
const cwd = '/cwd'

function machine(each: (typeof golden.cases)[number]): ConfigSource {
  const files = new Map(
    Object.entries(each.files).map(([path, text]) => [
      path.startsWith('~') ? path.replace('~', home) : join(cwd, path),
      text,
    ]),
  )
  const environment = Object.fromEntries(
    Object.entries(each.env).map(([name, value]) => [name, value.replace('~', home)]),
  )
  const read = (path: string): Promise<string | null> => Promise.resolve(files.get(path) ?? null)
  return { environment, workingDirectory: cwd, homeDirectory: home, read }
}

const domainOf = (prefix: string, ref: { id: string } | { name: string }): Record<string, string> =>
  'id' in ref ? { [`${prefix}_id`]: ref.id } : { [`${prefix}_name`]: ref.name }
const refOf = (kind: 'user' | 'project', ref: NamedRef): Record<string, string> =>
  'id' in ref
    ? { [`${kind}_id`]: ref.id }
    : { [kind === 'user' ? 'username' : 'project_name']: ref.name, ...domainOf(`${kind}_domain`, ref.domain) }

function scopeOf(scope: Scope): Record<string, string> {
  switch (scope.kind) {
    case 'project':
      return refOf('project', scope.project)
    case 'domain':
      return domainOf('domain', scope.domain)
    case 'system':
      return { system_scope: 'all' }
    case 'trust':
      return { trust_id: scope.trustId }
    case 'none':
      return {}
  }
}

/** In openstacksdk's flat form. */
function flat(auth: AuthMethod): Record<string, string> {
  switch (auth.kind) {
    case 'password':
      return { auth_url: auth.url, password: auth.password, ...refOf('user', auth.user), ...scopeOf(auth.scope) }
    case 'token':
      return { auth_url: auth.url, token: auth.token, ...scopeOf(auth.scope) }
    case 'application-credential':
      return {
        auth_url: auth.url,
        application_credential_secret: auth.secret,
        ...('id' in auth.credential
          ? { application_credential_id: auth.credential.id }
          : { application_credential_name: auth.credential.name, ...refOf('user', auth.credential.user) }),
      }
    case 'none':
      return { endpoint: auth.endpoint }
    case 'admin-token':
      return { endpoint: auth.endpoint, token: auth.token }
    case 'http-basic':
      return { endpoint: auth.endpoint, username: auth.username, password: auth.password }
  }
}

/** openstacksdk's auth without what means nothing for this user or project. */
function meaningful(auth: Readonly<Record<string, string>>): Record<string, string> {
  const { default_domain_id: id, default_domain_name: name, ...rest } = auth
  const result: Record<string, string> = { ...rest }
  for (const [kind, by] of [
    ['user', 'username'],
    ['project', 'project_name'],
  ] as const) {
    const named = result[by] !== undefined && result[`${kind}_id`] === undefined
    if (!named) {
      delete result[`${kind}_domain_id`]
      delete result[`${kind}_domain_name`]
      if (result[`${kind}_id`] !== undefined) delete result[by]
    } else if (result[`${kind}_domain_id`] !== undefined) delete result[`${kind}_domain_name`]
    else if (result[`${kind}_domain_name`] === undefined && id !== undefined) result[`${kind}_domain_id`] = id
    else if (result[`${kind}_domain_name`] === undefined && name !== undefined) result[`${kind}_domain_name`] = name
  }
  return result
}

const services = ['compute', 'placement', 'block-storage'] as const
const listOf = (value: string | string[] | null): string[] =>
  [value ?? []].flat().map((each) => each.replace(/URL$/, ''))
const microversionOf = ({ microversion, api_version: api }: z.infer<typeof serviceSchema>): string | null =>
  microversion ?? (api !== null && /^\d+\.[1-9]\d*$/.test(api) ? api : null)

function bySdk(sdk: z.infer<typeof answerSchema>): unknown {
  return {
    name: sdk.name,
    region: sdk.region,
    auth: meaningful(sdk.auth),
    verify: sdk.verify,
    cert: sdk.cert,
    timeoutMs: sdk.timeout === null ? null : Number(sdk.timeout) * 1000,
    services: services.map((type) => ({
      type,
      // Every service has it where there is no Keystone.
      endpoint: sdk[type].endpoint === sdk.auth['endpoint'] ? null : sdk[type].endpoint,
      interfaces: listOf(sdk[type].interface),
      region: sdk[type].region,
      microversion: microversionOf(sdk[type]),
    })),
  }
}

function byUs(config: CloudConfig): unknown {
  const { verify, caFile, certFile, keyFile } = config.tls
  return {
    name: config.name,
    region: config.region ?? '',
    auth: flat(config.auth),
    verify: verify && caFile !== null ? caFile : verify,
    cert: certFile === null || keyFile === null ? certFile : [certFile, keyFile],
    timeoutMs: config.timeoutMs,
    services: services.map((type) => {
      const { endpoint, interfaces, region, microversion } = config.services[type]
      return { type, endpoint, interfaces, region: region ?? '', microversion }
    }),
  }
}

test('the answers are those of the openstacksdk of Debian 13', () => {
  expect(golden.openstacksdk).toBe('4.4.0')
  expect(golden.cases.length).toBeGreaterThan(80)
})

const read = async (each: (typeof golden.cases)[number]): Promise<CloudConfig> =>
  readCloudConfig({ cloud: each.cloud, region: each.region }, machine(each))
const isTaken = (each: (typeof golden.cases)[number]): boolean => !('error' in each.sdk) && !(each.name in saidEarlier)

test.each(golden.cases.filter(isTaken).map((each) => [each.name, each] as const))('%s', async (_name, each) => {
  expect(byUs(await read(each))).toEqual(bySdk(answerSchema.parse(each.sdk)))
})

test.each(golden.cases.filter((each) => !isTaken(each)).map((each) => [each.name, each] as const))(
  '%s: refused',
  async (_name, each) => {
    await expect(read(each)).rejects.toMatchObject({ name: 'OpenStackClientError' })
  },
)

test.each(Object.keys(saidEarlier))('%s: openstacksdk takes it', (name) => {
  expect(golden.cases.find((each) => each.name === name)?.sdk).not.toHaveProperty('error')
})
