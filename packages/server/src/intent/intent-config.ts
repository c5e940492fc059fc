import type { IntentLayer, IntentSettings, SettingName } from '@landfall/core'
import { namedSettings, readIntentSettings, settingNames } from '@landfall/core'
import { z } from 'zod'

const textOrNumber = (accepted: string): z.ZodType<string | number> => z.union([z.string(), z.number()], accepted)

/** `max-pause` → `max_pause` */
const keyOf = (name: SettingName): string => name.replaceAll('-', '_')

const settingsShape: Record<string, z.ZodOptional<z.ZodType<string | number>>> = Object.fromEntries([
  ['preset', z.string().optional()],
  ...namedSettings.map(([name, { asNumber }]) => {
    const value = asNumber === undefined ? z.string() : textOrNumber(asNumber)
    return [keyOf(name), value.optional()] as const
  }),
])

const ruleSchema = z.strictObject({ ...settingsShape, label: z.string().optional(), name: z.string().optional() })

/** The `[intent]` table of a hosts file, with its `[[intent.for]]` rules. */
export const intentSchema = z.strictObject({ ...settingsShape, for: z.array(ruleSchema).optional() })

/** The guests that a rule is about; where it names both, both have to fit. */
interface IntentRule {
  /** `key` or `key=value` */
  readonly label: string | null
  /** With `*` and `?`. */
  readonly name: string | null
  readonly settings: IntentSettings
}

/** What a hosts file sets of intents. */
export interface IntentConfig {
  /** The file, in words. */
  readonly origin: string
  readonly settings: IntentSettings
  readonly rules: readonly IntentRule[]
}

/** @throws InputError which begins with the place: `intent.for[0].max_pause: ...` */
export function readIntentConfig(table: z.infer<typeof intentSchema>, origin: string): IntentConfig {
  const { for: rules = [], ...general } = table
  return {
    origin,
    settings: settingsOf(general, 'intent'),
    rules: rules.map(({ label = null, name = null, ...settings }, index) => ({
      label,
      name,
      settings: settingsOf(settings, `intent.for[${index}]`),
    })),
  }
}

/** Rules that are about no guest at all, by their place; there is nothing that they could mean. */
export function rulesAboutNobody({ rules }: IntentConfig): string[] {
  return rules.flatMap(({ label, name }, index) => (label === null && name === null ? [`intent.for[${index}]`] : []))
}

/** What holds for one guest, the weakest first: the table, then every rule that fits, in the file's order. */
export function configLayers(
  { origin, settings, rules }: IntentConfig,
  guest: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): IntentLayer[] {
  const fitting = rules.filter(
    ({ label, name }) => (label === null || hasLabel(guest.labels, label)) && (name === null || fits(guest.name, name)),
  )
  return [
    { from: `[intent] in ${origin}`, settings },
    ...fitting.map(({ label, name, settings: own }) => {
      const about = [...(label === null ? [] : [`label ${label}`]), ...(name === null ? [] : [`name ${name}`])]
      return { from: `${origin}, for ${about.join(' and ')}`, settings: own }
    }),
  ]
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=')
  const key = at < 0 ? wanted : wanted.slice(0, at)
  return Object.hasOwn(labels, key) && (at < 0 || labels[key] === wanted.slice(at + 1))
}

/** `db-*`, `web?`: the whole name. */
function fits(name: string, pattern: string): boolean {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '.*'
    return part === '?' ? '.' : part.replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
  })
  return new RegExp(`^${parts.join('')}$`, 'su').test(name)
}

function settingsOf(table: Partial<Record<string, string | number>>, place: string): IntentSettings {
  const texts: Partial<Record<SettingName, string>> = {}
  for (const name of settingNames) {
    const value = table[keyOf(name)]
    if (value !== undefined) texts[name] = String(value)
  }
  return readIntentSettings(texts, (name) => `${place}.${keyOf(name)}`)
}
