import { OpenStackClientError } from '../errors.ts'
import type { AuthMethod, DomainRef, NamedRef, Scope } from '../identity/auth-method.ts'
import type { CloudValues } from './cloud-values.ts'
import type { ConfigValue } from './read-yaml.ts'

const scopeOptions = [
  'auth_url',
  'system_scope',
  'domain_id',
  'domain_name',
  'project_id',
  'project_name',
  'project_domain_id',
  'project_domain_name',
  'trust_id',
]
const defaultDomains = ['default_domain_id', 'default_domain_name']
const userOptions = ['user_id', 'username', 'user_domain_id', 'user_domain_name']
const passwordOptions = [...scopeOptions, ...userOptions, 'password']

/** The options that each kind knows, as keystoneauth does; any other in `auth` is a mistake. */
const kinds = {
  password: [...passwordOptions, ...defaultDomains],
  v3password: passwordOptions,
  token: [...scopeOptions, ...defaultDomains, 'token'],
  v3token: [...scopeOptions, 'token'],
  v3applicationcredential: [
    ...scopeOptions,
    ...userOptions,
    'application_credential_id',
    'application_credential_name',
    'application_credential_secret',
  ],
  none: ['endpoint'],
  admin_token: ['endpoint', 'token'],
  http_basic: ['endpoint', 'username', 'password'],
} as const satisfies Readonly<Record<string, readonly string[]>>
type Kind = keyof typeof kinds

const otherNames: Readonly<Record<string, Kind>> = { None: 'none', '': 'none', token_endpoint: 'admin_token' }
/** An option's names of before. */
const optionNames: Readonly<Record<string, readonly string[]>> = { username: ['user_name'], endpoint: ['url'] }

/** How a cloud's keys say to get in. */
export function readAuth(cloud: CloudValues): AuthMethod {
  const options = new AuthOptions(cloud, kindOf(cloud))
  const { kind } = options
  switch (kind) {
    case 'password':
    case 'v3password':
      return {
        kind: 'password',
        url: options.need('auth_url'),
        user: options.user(),
        password: options.need('password'),
        scope: options.scope(),
      }
    case 'token':
    case 'v3token':
      return { kind: 'token', url: options.need('auth_url'), token: options.need('token'), scope: options.scope() }
    case 'v3applicationcredential': {
      const id = options.get('application_credential_id')
      return {
        kind: 'application-credential',
        url: options.need('auth_url'),
        credential: id === null ? { name: options.need('application_credential_name'), user: options.user() } : { id },
        secret: options.need('application_credential_secret'),
      }
    }
    case 'none':
      return { kind: 'none', endpoint: options.need('endpoint') }
    case 'admin_token':
      return { kind: 'admin-token', endpoint: options.need('endpoint'), token: options.need('token') }
    case 'http_basic':
      return {
        kind: 'http-basic',
        endpoint: options.need('endpoint'),
        username: options.need('username'),
        password: options.need('password'),
      }
  }
}

function kindOf({ name, values }: CloudValues): Kind {
  const written = values['auth_type'] ?? ''
  const text = typeof written === 'string' ? written : JSON.stringify(written)
  const kind = otherNames[text] ?? text
  if (isKind(kind)) return kind
  throw new OpenStackClientError(
    'OPENSTACK_AUTH_UNSUPPORTED',
    `cloud "${name}": auth_type ${text} is not spoken here; these are: ${Object.keys(kinds).join(', ')}`,
  )
}

const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text)

class AuthOptions {
  readonly kind: Kind
  readonly #cloud: CloudValues
  readonly #values = new Map<string, string>()

  /** What stands in `auth` goes before what stands beside it. */
  constructor(cloud: CloudValues, kind: Kind) {
    this.kind = kind
    this.#cloud = cloud
    const known: readonly string[] = kinds[kind]
    const names = new Map(known.map((option) => [option, [option, ...(optionNames[option] ?? [])]]))
    const stray = Object.entries(cloud.auth).filter(
      ([key, value]) => value !== null && ![...names.values()].some((each) => each.includes(key)),
    )
    if (stray[0] !== undefined)
      throw this.#bad(`auth.${stray[0][0]} is no option of auth_type ${kind}; take it out, or choose another auth_type`)
    for (const [option, all] of names) {
      const value =
        all.map((each) => cloud.auth[each]).find(isWritten) ?? all.map((each) => cloud.values[each]).find(isWritten)
      if (value !== undefined) this.#values.set(option, typeof value === 'string' ? value : JSON.stringify(value))
    }
  }

  get(option: string): string | null {
    return this.#values.get(option) ?? null
  }

  need(option: string): string {
    const value = this.get(option)
    if (value !== null) return value
    const { missingProfile: profile } = this.#cloud
    const hint =
      profile === null
        ? ''
        : `; profile ${profile} is in no clouds-public.yaml, and profiles of vendors are not built in`
    throw this.#bad(`auth.${option} is missing, which auth_type ${this.kind} needs${hint}`)
  }

  user(): NamedRef {
    const id = this.get('user_id')
    if (id !== null) return { id }
    const name = this.need('username')
    const domain = this.#domain('user_domain')
    if (domain === null) throw this.#bad(`auth.user_domain_name is missing: the domain of user ${name}, often Default`)
    return { name, domain }
  }

  scope(): Scope {
    const found: Scope[] = []
    const project = this.#project()
    const domain = this.#domain('domain', false)
    const trustId = this.get('trust_id')
    if (project !== null) found.push({ kind: 'project', project })
    if (domain !== null) found.push({ kind: 'domain', domain })
    if (trustId !== null) found.push({ kind: 'trust', trustId })
    if (this.get('system_scope') !== null) found.push({ kind: 'system' })
    const [one, ...more] = found
    if (more.length > 0)
      throw this.#bad(
        `a token is for one of project, domain, trust or system, and auth names ${found.map(({ kind }) => kind).join(' and ')}`,
      )
    return one ?? { kind: 'none' }
  }

  #project(): NamedRef | null {
    const id = this.get('project_id')
    if (id !== null) return { id }
    const name = this.get('project_name')
    if (name === null) return null
    const domain = this.#domain('project_domain')
    if (domain === null)
      throw this.#bad(`auth.project_domain_name is missing: the domain of project ${name}, often Default`)
    return { name, domain }
  }

  #domain(option: string, withDefault = true): DomainRef | null {
    for (const prefix of withDefault ? [option, 'default_domain'] : [option]) {
      const id = this.get(`${prefix}_id`)
      if (id !== null) return { id }
      const name = this.get(`${prefix}_name`)
      if (name !== null) return { name }
    }
    return null
  }

  #bad(message: string): OpenStackClientError {
    return new OpenStackClientError('OPENSTACK_BAD_CONFIG', `cloud "${this.#cloud.name}": ${message}`)
  }
}

const isWritten = (value: ConfigValue | undefined): boolean => value !== undefined && value !== null && value !== ''
