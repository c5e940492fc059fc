import type { OptionSpec } from '../oslo/option-spec.ts'
import { addressOptions } from './address-options.ts'
import type { NovaOption } from './nova-option.ts'
import { permissionOptions } from './permission-options.ts'
import type { Release } from './release.ts'
import { streamOptions } from './stream-options.ts'
import { timeOptions } from './time-options.ts'
import { waitingOptions } from './waiting-options.ts'

/** Nova's live-migration options, 12 (Liberty) to 34 (2026.2); from nova/conf/libvirt.py and compute.py of each release. */
export const novaOptions: readonly NovaOption[] = [
  ...timeOptions,
  ...permissionOptions,
  ...streamOptions,
  ...addressOptions,
  ...waitingOptions,
]

/** `libvirt.live_migration_downtime` */
export const fullName = ({ group, name }: Pick<NovaOption, 'group' | 'name'>): string => `${group}.${name}`

/** Nova's options as a release has them: what {@link readOslo} needs. */
export function optionsOf(release: Release): readonly OptionSpec[] {
  return novaOptions.flatMap(({ group, name, periods }) => {
    const now = periods.find(({ from, to }) => from <= release && release <= to)
    if (now === undefined) return []
    return [{ group, name, type: now.type, ...(now.defaultText === null ? {} : { defaultText: now.defaultText }) }]
  })
}
