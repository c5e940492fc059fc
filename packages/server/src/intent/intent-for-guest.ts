import type { IntentLayer, LayeredIntent } from '@landfall/core'
import { layeredIntent, readIntentSettings } from '@landfall/core'
import type { DomainDescription } from '@landfall/libvirt'
import type { ObeyedConfig } from '@landfall/nova'
import { optionOfField } from '@landfall/nova'
import type { NovaConfig, SizedGuest } from './nova-config/read-nova-config.ts'
import type { WishTexts } from './guest-wishes.ts'
import { wishesIn } from './guest-wishes.ts'
import type { IntentConfig } from './intent-config.ts'
import { configLayers } from './intent-config.ts'

/** The guest, as far as its intent depends on it. */
export type GuestForIntent = Pick<DomainDescription, 'name' | 'metadata'> &
  SizedGuest & {
    /** What Nova has written down of an instance's wishes. */
    readonly properties?: WishTexts
  }

export interface IntentPlaces {
  /** Of the hosts file. */
  readonly config?: IntentConfig | undefined
  /** Nova's files, where any were given. */
  readonly nova?: NovaConfig | null
  readonly onObeyed?: (obeyed: ObeyedConfig) => void
  /** Options of the call; they win. */
  readonly call: IntentLayer
}

/**
 * Everything that was set for a guest, the weakest first: the hosts file, its rules, the guest's metadata, Nova's
 * files, the call.
 *
 * @throws LandfallError `bad-metadata`
 */
export function intentForGuest(guest: GuestForIntent, { config, nova, onObeyed, call }: IntentPlaces): LayeredIntent {
  const { settings, labels } = wishesIn(guest)
  const obeyed = nova?.obey(guest) ?? null
  if (obeyed !== null) onObeyed?.(obeyed)
  return layeredIntent([
    ...(config === undefined ? [] : configLayers(config, { name: guest.name, labels })),
    { from: "the guest's metadata", settings },
    {
      from: "the instance's properties",
      settings: readIntentSettings(guest.properties ?? {}, (name) => `landfall:${name} of ${guest.name}`),
    },
    ...(obeyed === null ? [] : [novaLayer(obeyed)]),
    call,
  ])
}

/** Nova's options as one layer. What they do not permit is not done, so it counts as said. */
function novaLayer({ intent, options: obeyed }: ObeyedConfig): IntentLayer {
  const fromOf = Object.fromEntries(
    Object.entries(optionOfField).flatMap(([field, name]) => {
      const told = obeyed.find(({ option }) => option === `libvirt.${name}`)
      return told === undefined ? [] : [[field, `${name}, ${told.from}`]]
    }),
  )
  return { from: "Nova's configuration", fromOf, settings: { ...intent, deadlineMs: intent.deadlineMs ?? null } }
}
