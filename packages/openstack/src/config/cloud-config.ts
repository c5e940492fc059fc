import { join } from 'node:path'
import { OpenStackClientError } from '../errors.ts'
import type { TlsSettings } from '../http/tls-transport.ts'
import type { AuthMethod } from '../identity/auth-method.ts'
import type { EndpointInterface, ServiceType } from '../service/service-type.ts'
import { isEndpointInterface, serviceTypes, typeNames } from '../service/service-type.ts'
import { readConfigFiles } from './config-files.ts'
import type { ConfigSource } from './config-source.ts'
import { thisMachine } from './config-source.ts'
import type { CloudChoice, CloudValues } from './cloud-values.ts'
import { cloudValues } from './cloud-values.ts'
import { readAuth } from './read-auth.ts'
import type { ConfigValue } from './read-yaml.ts'

/** How one service is found and spoken to. */
export interface ServiceConfig {
  /** In place of the catalogue's. */
  readonly endpoint: string | null
  /** Best first. */
  readonly interfaces: readonly EndpointInterface[]
  /** Null: the first region that the catalogue has it in. */
  readonly region: string | null
  /** What is asked for instead of this client's own choice: `2.90`. */
  readonly microversion: string | null
}

/** A cloud, and how to get in. */
export interface CloudConfig {
  readonly name: string
  readonly region: string | null
  readonly auth: AuthMethod
  readonly tls: TlsSettings
  /** How long an answer may take; null where nobody said. */
  readonly timeoutMs: number | null
  readonly services: Readonly<Record<ServiceType, ServiceConfig>>
  /** Files that were read. */
  readonly paths: readonly string[]
  /** What a person should know of what was read. */
  readonly warnings: readonly string[]
}

/**
 * Reads clouds.yaml, secure.yaml and `OS_*` as openstacksdk does.
 *
 * @throws OpenStackClientError `OPENSTACK_NO_CLOUD`, `OPENSTACK_BAD_CONFIG`, `OPENSTACK_AUTH_UNSUPPORTED`
 */
export async function readCloudConfig(
  choice: CloudChoice = {},
  source: ConfigSource = thisMachine(),
): Promise<CloudConfig> {
  const files = await readConfigFiles(source)
  const cloud = cloudValues(files, source, choice)
  const services = Object.fromEntries(serviceTypes.map((type) => [type, serviceConfig(cloud, type)]))
  return {
    name: cloud.name,
    region: cloud.region === '' ? null : cloud.region,
    auth: readAuth(cloud),
    tls: tlsSettings(cloud, source.homeDirectory),
    timeoutMs: timeoutOf(cloud),
    // Every type has just been given one.
    services: services as Record<ServiceType, ServiceConfig>,
    paths: files.paths,
    warnings: warningsOf(cloud),
  }
}

const text = (value: ConfigValue): string | null => (typeof value === 'string' && value !== '' ? value : null)

function serviceConfig(cloud: CloudValues, type: ServiceType): ServiceConfig {
  const { values } = cloud
  const own = (key: string): ConfigValue =>
    typeNames[type].map((name) => values[`${name.replaceAll('-', '_')}_${key}`]).find((value) => value !== undefined) ??
    null
  const implied = text(own('api_version'))
  return {
    endpoint: text(own('endpoint_override')) ?? text(own('endpoint')),
    interfaces: interfacesOf(cloud, own('interface') ?? values['interface'] ?? 'public'),
    region: text(own('region_name')) ?? (cloud.region === '' ? null : cloud.region),
    // An API's version with a minor part means a microversion; 2.0 does not.
    microversion:
      text(own('default_microversion')) ?? (implied !== null && /^\d+\.[1-9]\d*$/.test(implied) ? implied : null),
  }
}

function interfacesOf({ name }: CloudValues, value: ConfigValue): readonly EndpointInterface[] {
  const written = Array.isArray(value) ? value : [value]
  return written.map((each: ConfigValue) => {
    const word = typeof each === 'string' ? each.replace(/URL$/, '') : ''
    if (isEndpointInterface(word)) return word
    throw new OpenStackClientError(
      'OPENSTACK_BAD_CONFIG',
      `cloud "${name}": interface ${JSON.stringify(each)} does not exist; take public, internal or admin`,
    )
  })
}

const isTrue = (value: ConfigValue | undefined): boolean =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true')

function tlsSettings({ values }: CloudValues, home: string): TlsSettings {
  const path = (value: ConfigValue | undefined): string | null => {
    if (typeof value !== 'string' || value === '') return null
    return value === '~' || value.startsWith('~/') ? join(home, value.slice(1)) : value
  }
  const { verify = true, insecure, cacert, cert, key } = values
  const checks = !isTrue(insecure) && verify !== false && verify !== ''
  // verify may be the path of the authorities, as it may for openstacksdk's HTTP library.
  return {
    verify: checks,
    caFile: checks ? path(cacert) : null,
    certFile: path(cert),
    keyFile: path(cert) === null ? null : path(key),
  }
}

function timeoutOf({ name, values }: CloudValues): number | null {
  const { api_timeout: written } = values
  if (written === undefined || written === null) return null
  const seconds = Number(written)
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000
  throw new OpenStackClientError('OPENSTACK_BAD_CONFIG', `cloud "${name}": api_timeout is in seconds, above 0`)
}

function warningsOf({ name, values, missingProfile }: CloudValues): string[] {
  const warnings = []
  const { cacert, compute_default_microversion: microversion } = values
  if (missingProfile !== null)
    warnings.push(
      `cloud "${name}": profile ${missingProfile} is in no clouds-public.yaml; profiles of vendors are not built in`,
    )
  if (typeof cacert === 'string' && (isTrue(values['insecure']) || values['verify'] === false))
    warnings.push(`cloud "${name}": cacert is not used, as checking is turned off`)
  if (typeof microversion === 'string' && /^\d\.\d$/.test(microversion))
    warnings.push(
      `cloud "${name}": compute_default_microversion is ${microversion}; YAML reads 2.90 as 2.9: write it in quotes`,
    )
  return warnings
}
