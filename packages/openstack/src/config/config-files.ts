import { join, resolve } from 'node:path'
import { OpenStackClientError } from '../errors.ts'
import type { ConfigSource } from './config-source.ts'
import type { ConfigMap } from './read-yaml.ts'
import { isConfigMap, readJson, readYaml, withUnderscores } from './read-yaml.ts'

/** The files of a machine, merged as openstacksdk does. */
export interface ConfigFiles {
  /** By name, with what secure.yaml lays over them. */
  readonly clouds: ConfigMap
  /** By name; for `profile:`. */
  readonly profiles: ConfigMap
  /** Those that were read. */
  readonly paths: readonly string[]
}

interface Read {
  readonly path: string
  readonly values: ConfigMap
}

/** Folders in their order; the first file that can be read wins, folders are not merged. */
function folders({ environment, workingDirectory, homeDirectory }: ConfigSource): string[] {
  const user = environment['XDG_CONFIG_HOME']
  const site = environment['XDG_CONFIG_DIRS']
  return [
    workingDirectory,
    join(user === undefined || user.trim() === '' ? join(homeDirectory, '.config') : user, 'openstack'),
    join(homeDirectory, '.config', 'openstack'),
    ...(site === undefined || site.trim() === '' ? '/etc/xdg' : site).split(':').map((each) => join(each, 'openstack')),
    '/etc/openstack',
  ]
}

export async function readConfigFiles(source: ConfigSource): Promise<ConfigFiles> {
  const first = async (name: string, override?: string): Promise<Read | null> => {
    const usual = folders(source).flatMap((folder) =>
      ['yaml', 'yml', 'json'].map((kind) => join(folder, `${name}.${kind}`)),
    )
    const named = override === undefined || override === '' ? [] : [resolve(source.workingDirectory, override)]
    for (const path of [...named, ...usual]) {
      const text = await source.read(path)
      if (text === null) continue
      return { path, values: readOne(path, text) }
    }
    return null
  }
  const clouds = await first('clouds', source.environment['OS_CLIENT_CONFIG_FILE'])
  const secure = await first('secure', source.environment['OS_CLIENT_SECURE_FILE'])
  const vendors = await first('clouds-public')
  return {
    clouds: merged(mapAt(clouds, 'clouds'), mapAt(secure, 'clouds')),
    profiles: mapAt(vendors, 'public-clouds'),
    paths: [clouds, secure, vendors].flatMap((each) => (each === null ? [] : [each.path])),
  }
}

function readOne(path: string, text: string): ConfigMap {
  let values
  try {
    values = path.endsWith('json') ? readJson(text) : readYaml(text)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new OpenStackClientError('OPENSTACK_BAD_CONFIG', `${path} cannot be read: ${said}`, { cause })
  }
  if (isConfigMap(values)) return values
  throw new OpenStackClientError('OPENSTACK_BAD_CONFIG', `${path} has no keys and values; it begins with "clouds:"`)
}

/** Names are kept as they are; what belongs to them has underscores. */
function mapAt(read: Read | null, key: string): ConfigMap {
  const value = read?.values[key]
  if (read === null || value === undefined || value === null) return {}
  if (isConfigMap(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withUnderscores(each)]))
  throw new OpenStackClientError('OPENSTACK_BAD_CONFIG', `${read.path}: ${key} has to name clouds, each with its keys`)
}

/** The second over the first, maps within maps included. */
export function merged(below: ConfigMap, above: ConfigMap): ConfigMap {
  const result: Record<string, ConfigMap[string]> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const old = result[key]
    result[key] = isConfigMap(value) && isConfigMap(old) ? merged(old, value) : value
  }
  return result
}
