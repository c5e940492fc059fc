import type { Intent, IntentField } from '@landfall/core'
import { defaultIntent } from '@landfall/core'
import type { ObeySetting, OptionValues } from '../options/nova-option.ts'
import { fullName, novaOptions } from '../options/schema.ts'
import type { Origin, Reading } from '../oslo/read-oslo.ts'
import { dataGiB } from '../rules/schedule.ts'
import { valuesIn } from './values.ts'

/** What one option of nova.conf became, for the operator. */
export interface ObeyedOption {
  /** `libvirt.live_migration_downtime` */
  readonly option: string
  readonly value: string
  /** Where it was set; "default" where nobody did. */
  readonly from: string
  readonly means: string
}

export interface ObeyedConfig {
  readonly intent: Intent
  readonly options: readonly ObeyedOption[]
  /** Migrations that may leave one host at a time; null for any number. */
  readonly mostAtOnce: MostAtOnce | null
}

export interface MostAtOnce {
  readonly count: number
  /** Where it was set. */
  readonly from: string
}

/** The guest, as far as Nova's rules look at it. */
export interface GuestSize {
  readonly memoryMiB: number
  /** File sizes of the local disks that are copied along; none when absent. */
  readonly copiedDiskBytes?: readonly number[] | undefined
}

/** What holds where no option says otherwise: Nova has none for compression, and does not do it. */
const unsaid: Intent = { ...defaultIntent, fallback: 'none', stream: { compression: 'never' } }

/**
 * Nova's options as an intent: what they permit, as a limit to be kept instead of a schedule to be run off. Defaults count
 * like what was written: what Nova does not permit is not done. An option that cannot be read is left at Nova's default.
 */
export function intentFromConfig(readings: ReadonlyMap<string, Reading>, guest: GuestSize): ObeyedConfig {
  const values = valuesIn(readings)
  const setting: ObeySetting = { ...values, gib: dataGiB(guest.memoryMiB, guest.copiedDiskBytes ?? []) }
  const options: ObeyedOption[] = []
  let intent = unsaid
  for (const option of novaOptions) {
    const { obeyed } = option
    if (obeyed === undefined) continue
    const { stream, ...others } = obeyed.intent?.(setting) ?? {}
    intent = { ...intent, ...others, stream: { ...intent.stream, ...stream } }
    const reading = readings.get(fullName(option))
    if (reading === undefined) continue
    const value = reading.ok ? String(reading.value ?? '') : 'cannot be read'
    options.push({
      option: fullName(option),
      value,
      from: originInWords(reading.origin),
      means: obeyed.means(setting),
    })
  }
  return { intent, options, mostAtOnce: mostAtOnceIn(readings, values) }
}

function mostAtOnceIn(readings: ReadonlyMap<string, Reading>, { number }: OptionValues): MostAtOnce | null {
  const option = 'DEFAULT.max_concurrent_live_migrations'
  const count = number(option)
  const setBy = readings.get(option)
  return count > 0 ? { count, from: setBy === undefined ? 'default' : originInWords(setBy.origin) } : null
}

/** Which option sets a field of an intent, by its name. */
export const optionOfField: Partial<Readonly<Record<IntentField, string>>> = Object.fromEntries(
  novaOptions.flatMap(({ name, obeyed }) => (obeyed?.field === undefined ? [] : [[obeyed.field, name]])),
)

/** "/etc/nova/nova.conf:12", "$OS_LIBVIRT__...", "default" */
export function originInWords(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default'
    case 'printed':
      return 'printed by the service'
    case 'environment':
      return `$${origin.name}`
    case 'file':
      return `${origin.path}:${origin.line}`
  }
}
