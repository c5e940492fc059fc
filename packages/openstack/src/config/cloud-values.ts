import { OpenStackClientError } from '../errors.ts'
import type { ConfigFiles } from './config-files.ts'
import type { ConfigSource } from './config-source.ts'
import { environmentCloud } from './environment-cloud.ts'
import type { ConfigMap, ConfigValue } from './read-yaml.ts'
import { isConfigMap } from './read-yaml.ts'

export interface CloudChoice {
  /** Its name; else OS_CLOUD, the one that OS_* describe, or the only one of the files. */
  readonly cloud?: string | undefined
  /** One of the cloud's; its first unless told. */
  readonly region?: string | undefined
}

/** A cloud's keys, before they are given their meaning. */
export interface CloudValues {
  readonly name: string
  readonly values: Readonly<Record<string, ConfigValue>>
  readonly auth: Readonly<Record<string, ConfigValue>>
  readonly region: string
  /** A profile that it names and no file has. */
  readonly missingProfile: string | null
}

type Values = Record<string, ConfigValue>

const defaults: ConfigMap = { auth_type: 'password', interface: 'public' }

/** Chooses a cloud and lays its parts over each other: defaults, profile, its own keys, its region's. */
export function cloudValues(files: ConfigFiles, source: ConfigSource, choice: CloudChoice): CloudValues {
  const environmentName = source.environment['OS_CLOUD_NAME'] ?? 'envvars'
  if (environmentName in files.clouds)
    throw bad(`a cloud called ${environmentName} is in a file as well; set OS_CLOUD_NAME to another name`)
  const ofEnvironment = environmentCloud(source)
  const clouds = ofEnvironment === null ? files.clouds : { ...files.clouds, [environmentName]: ofEnvironment }
  const name = chosenName(clouds, files, source, choice, ofEnvironment === null ? null : environmentName)
  const own = clouds[name]
  if (own === undefined || own === null)
    throw new OpenStackClientError('OPENSTACK_NO_CLOUD', `there is no cloud "${name}"; ${known(clouds, files)}`)
  if (!isConfigMap(own)) throw bad(`cloud "${name}" has to have keys`)

  const profileName = textOr(own['profile'] ?? own['cloud'], null)
  const profile = profileName === null || profileName === environmentName ? null : (files.profiles[profileName] ?? null)
  const values: Values = { ...defaults }
  if (isConfigMap(profile)) lay(values, profile)
  lay(values, own)
  delete values['cloud']
  const region = chosenRegion(name, own, isConfigMap(profile) ? profile : {}, choice.region ?? '')
  delete values['regions']
  lay(values, region.values)
  values['region_name'] = region.name
  const auth: Values = isConfigMap(values['auth']) ? { ...values['auth'] } : {}
  delete values['auth']
  renamed(values, auth)
  domains(values, auth)
  formatted(values, auth)
  return {
    name,
    values,
    auth,
    region: textOr(values['region_name'], '') ?? '',
    missingProfile: profileName !== null && profile === null ? profileName : null,
  }
}

function chosenName(
  clouds: ConfigMap,
  files: ConfigFiles,
  { environment }: ConfigSource,
  { cloud }: CloudChoice,
  environmentName: string | null,
): string {
  if (cloud !== undefined) return cloud
  const wanted = environment['OS_CLOUD'] ?? ''
  if (wanted !== '') return wanted
  if (environmentName !== null) return environmentName
  const [only, ...more] = Object.keys(clouds)
  if (only !== undefined && more.length === 0) return only
  throw new OpenStackClientError(
    'OPENSTACK_NO_CLOUD',
    `no cloud was named; set OS_CLOUD or the OS_* variables of an openrc file; ${known(clouds, files)}`,
  )
}

function known(clouds: ConfigMap, { paths }: ConfigFiles): string {
  const names = Object.keys(clouds)
  const read = paths.length === 0 ? 'no clouds.yaml was found' : `read: ${paths.join(', ')}`
  return names.length === 0 ? read : `known are ${names.join(', ')} (${read})`
}

/** One over the other; `auth` is merged, not replaced. */
function lay(below: Values, above: ConfigMap): void {
  for (const [key, value] of Object.entries(above)) {
    const old = below[key]
    below[key] = key === 'auth' && isConfigMap(value) && isConfigMap(old) ? { ...old, ...value } : value
  }
}

interface Region {
  readonly name: string
  readonly values: ConfigMap
}

function chosenRegion(cloud: string, own: ConfigMap, profile: ConfigMap, wanted: string): Region {
  const regions = regionsOf(cloud, own) ?? regionsOf(cloud, profile) ?? []
  const [first] = regions
  if (first === undefined) return { name: wanted, values: {} }
  if (wanted === '') return first
  const found = regions.find(({ name }) => name === wanted)
  if (found !== undefined) return found
  const names = regions.map(({ name }) => name).join(', ')
  throw bad(`cloud "${cloud}" has no region "${wanted}"; it has ${names} (upper and lower case count)`)
}

function regionsOf(cloud: string, { regions, region_name: one }: ConfigMap): Region[] | null {
  const list = Array.isArray(regions)
    ? regions
    : Array.isArray(one)
      ? one
      : typeof one === 'string'
        ? one.split(',')
        : null
  if (list === null) return null
  return list.map((each: ConfigValue) => {
    if (typeof each === 'string') return { name: each, values: {} }
    const { name, values = {}, ...more } = isConfigMap(each) ? each : {}
    if (typeof name !== 'string' || !isConfigMap(values) || Object.keys(more).length > 0)
      throw bad(`cloud "${cloud}": each of its regions is a name, or has name and values`)
    return { name, values }
  })
}

/** Names of before, and keys that belong into `auth`; what stands beside `auth` goes over what stands within. */
const authNames: Readonly<Record<string, readonly string[]>> = {
  domain_id: ['domain_id'],
  domain_name: ['domain_name'],
  user_domain_id: ['user_domain_id'],
  user_domain_name: ['user_domain_name'],
  project_domain_id: ['project_domain_id'],
  project_domain_name: ['project_domain_name'],
  token: ['auth_token', 'token'],
  passcode: ['passcode'],
  project_id: ['tenant_id', 'project_id'],
  project_name: ['tenant_name', 'project_name'],
}

function renamed(values: Values, auth: Values): void {
  for (const [target, names] of Object.entries(authNames)) {
    let found: ConfigValue = null
    for (const name of names)
      for (const place of [auth, values]) {
        if (place[name] === undefined) continue
        found = place[name]
        delete place[name]
      }
    if (found !== null && found !== '') auth[target] = found
  }
  for (const key of Object.keys(values).filter((each) => each.endsWith('endpoint_type'))) {
    const target = key.replace('endpoint_type', 'interface')
    values[target] = values[key] ?? null
    delete values[key]
  }
}

/** One domain stands for the user's and the project's, where a project is named. */
function domains(values: Values, auth: Values): void {
  const hasProject = [values, auth].some((place) => 'project_id' in place || 'project_name' in place)
  if (!hasProject) return
  for (const kind of ['id', 'name']) {
    const one = auth[`domain_${kind}`]
    if (one === undefined) continue
    auth[`user_domain_${kind}`] ??= one
    auth[`project_domain_${kind}`] ??= one
    delete auth[`domain_${kind}`]
  }
}

/** `{region_name}` in a value stands for that key's; passwords are left alone. */
function formatted(values: Values, auth: Values): void {
  const filled = (text: string, where: string): string =>
    text.replaceAll(/\{\{|\}\}|\{(\w*)\}|[{}]/g, (found, name: string | undefined) => {
      if (found === '{{' || found === '}}') return found.slice(1)
      const value = name === undefined ? undefined : values[name]
      if (typeof value === 'string') return value
      // Without the text: it may be a secret.
      throw bad(`${where}: what stands in its braces names no key of the cloud that is a text; write {{ for a brace`)
    })
  const { auth_url: url } = auth
  if (typeof url === 'string') auth['auth_url'] = filled(url, 'auth_url')
  for (const [key, value] of Object.entries(values))
    if (typeof value === 'string' && key !== 'password') values[key] = filled(value, key)
}

function textOr<Otherwise>(value: ConfigValue | undefined, otherwise: Otherwise): string | Otherwise {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

const bad = (message: string): OpenStackClientError => new OpenStackClientError('OPENSTACK_BAD_CONFIG', message)
