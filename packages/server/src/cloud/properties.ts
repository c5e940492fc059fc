import { settingNames } from '@landfall/core'
import type { SettingName } from '@landfall/core'
import type { Server } from '@landfall/openstack'
import { serverError } from '../errors.ts'

const prefix = 'landfall:'

/**
 * What an instance wants of its migrations, by the extra specs of its flavor and over them its own properties:
 * `landfall:max-pause`, called as the options are.
 *
 * @throws LandfallError `bad-metadata`
 */
export function wishesOfInstance({
  id,
  metadata,
  flavor,
}: Pick<Server, 'id' | 'metadata' | 'flavor'>): Readonly<Partial<Record<SettingName, string>>> {
  const texts: Partial<Record<SettingName, string>> = {}
  for (const [key, text] of [...Object.entries(flavor.extraSpecs ?? {}), ...Object.entries(metadata)]) {
    if (!key.startsWith(prefix)) continue
    const name = settingNames.find((each) => each === key.slice(prefix.length))
    if (name === undefined)
      throw serverError(
        'bad-metadata',
        `instance ${id}: its property ${key} is none of ${settingNames.map((each) => prefix + each).join(', ')}`,
        `Correct it with "openstack server unset --property ${key} ${id}"`,
      )
    texts[name] = text
  }
  return texts
}
