import type { ConfigSource } from './config-source.ts'
import type { ConfigMap } from './read-yaml.ts'

/** They choose among clouds and make none. */
const selectors = new Set([
  'OS_CLOUD',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
  'OS_CLOUD_NAME',
])

/** The cloud that `OS_*` variables describe; null where there are none, or those alone that choose. */
export function environmentCloud({ environment }: ConfigSource): ConfigMap | null {
  const names = Object.keys(environment).filter((name) => /^OS_(?!TEST|STD|LOG)/.test(name))
  if (names.every((name) => selectors.has(name))) return null
  return Object.fromEntries(names.map((name) => [name.slice(3).toLowerCase(), environment[name] ?? '']))
}
