import type { NovaConfigFinding, WantedIntent } from '@landfall/api'
import type { LayeredIntent } from '@landfall/core'
import type { MostAtOnce, ObeyedConfig } from '@landfall/nova'
import { callLayer, isNovasWay } from './call-layer.ts'
import type { IntentConfig } from './intent-config.ts'
import type { GuestForIntent } from './intent-for-guest.ts'
import { intentForGuest } from './intent-for-guest.ts'
import type { IntentSource } from './intent-source.ts'
import { followNovaConfig } from './nova-config/follow-nova-config.ts'
import type { NovaConfig } from './nova-config/read-nova-config.ts'
import { readNovaConfig } from './nova-config/read-nova-config.ts'

/** What a request wants, once everything that it names was read. */
export interface ReadIntent {
  /** What is wrong in Nova's files that are obeyed all the same. */
  readonly findings: readonly NovaConfigFinding[]
  /** How many Nova's configuration lets leave a host at a time; null where it does not say, or was not named. */
  readonly mostAtOnce: MostAtOnce | null
  /** @throws LandfallError `bad-metadata` */
  readonly intentOf: (guest: GuestForIntent, onObeyed?: (obeyed: ObeyedConfig) => void) => LayeredIntent
  /** Nova's files may change while a migration runs; undefined where none were named. */
  readonly follow: (guest: GuestForIntent) => IntentSource | undefined
}

/** Where this controller's own part of every intent stands. */
export interface IntentDefaults {
  /** Of the hosts file. */
  readonly config?: IntentConfig | undefined
  /** Nova reads options from its environment, too. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Reads what is wanted, before a host is asked for anything.
 *
 * @throws InputError for a setting; LandfallError `bad-config` for a file of Nova's
 */
export function readWanted(wanted: WantedIntent, { config, environment }: IntentDefaults): ReadIntent {
  const given = wanted.novaConfig
  // Without files Nova's defaults hold.
  const nova = given.length === 0 && !isNovasWay(wanted) ? null : readNovaConfig(given, environment)
  const call = callLayer(wanted)
  const intentBy = (
    from: NovaConfig | null,
    guest: GuestForIntent,
    onObeyed?: (obeyed: ObeyedConfig) => void,
  ): LayeredIntent => {
    if (from === null || !isNovasWay(wanted)) {
      return intentForGuest(guest, { config, nova: from, call, ...(onObeyed === undefined ? {} : { onObeyed }) })
    }
    const obeyed = from.asNova(guest)
    onObeyed?.(obeyed)
    return { intent: obeyed.intent, sources: {} }
  }
  return {
    findings: nova?.findings ?? [],
    mostAtOnce: nova?.mostAtOnce ?? null,
    intentOf: (guest, onObeyed) => intentBy(nova, guest, onObeyed),
    follow: (guest) =>
      nova === null || given.length === 0
        ? undefined
        : followNovaConfig({
            given,
            environment,
            config: nova,
            intentOf: (fresh) => intentBy(fresh, guest).intent,
          }),
  }
}
