import type { OptionValue } from '../../oslo/option-spec.ts'
import type { Reading } from '../../oslo/read-oslo.ts'
import type { HostLog } from '../../logs/host-log.ts'
import { sameHost } from '../episodes/told.ts'

/** What a host's Nova was set to, as far as it is known: from its files, else as its log printed it. */
export interface HostOptions {
  number(name: string): number | null
  flag(name: string): boolean | null
  text(name: string): string | null
}

export type ConfigByHost = ReadonlyMap<string, ReadonlyMap<string, Reading>>

/** `name` is `libvirt.live_migration_downtime`, `DEFAULT.max_concurrent_live_migrations`. */
export function optionsOfHost(host: string | null, config: ConfigByHost, logs: readonly HostLog[]): HostOptions {
  const readings = host === null ? undefined : [...config].find(([name]) => sameHost(name, host))?.[1]
  const printed = host === null ? undefined : logs.find((log) => sameHost(log.host, host))?.options
  const value = (name: string): OptionValue => {
    const reading = readings?.get(name)
    if (reading !== undefined) return reading.ok ? reading.value : null
    return printed?.get(name) ?? null
  }
  return {
    number(name) {
      const found = value(name)
      if (typeof found === 'number') return found
      return typeof found === 'string' && /^\d+$/.test(found) ? Number(found) : null
    },
    flag(name) {
      const found = value(name)
      if (typeof found === 'boolean') return found
      return found === 'True' ? true : found === 'False' ? false : null
    },
    text(name) {
      const found = value(name)
      return typeof found === 'string' && found !== 'None' ? found : null
    },
  }
}
