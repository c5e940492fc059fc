import type { Intent, PresetName, StreamOptions } from '../intent.ts'
import { defaultIntent, presets } from '../intent.ts'

type Nullable<Part> = { readonly [Key in keyof Part]?: Part[Key] | null }

/** What one place sets of an intent; null takes back what a weaker place set. */
export type IntentSettings = Nullable<Omit<Intent, 'stream' | 'schedule'>> & {
  /** Sets everything that a preset does; what else stands beside it refines it. */
  readonly preset?: PresetName
  /** Its parts are set one by one. */
  readonly stream?: Nullable<StreamOptions>
}

export type IntentField = Exclude<keyof IntentSettings, 'preset'>

/** One place that sets something, in words for the operator: "the guest's metadata". */
export interface IntentLayer {
  readonly from: string
  /** Where a single field comes from, where that is known better. */
  readonly fromOf?: Partial<Readonly<Record<IntentField, string>>>
  readonly settings: IntentSettings
}

/** An intent, and where each part of it comes from; parts that nobody set are built in and not listed. */
export interface LayeredIntent {
  readonly intent: Intent
  readonly sources: Partial<Readonly<Record<IntentField, string>>>
}

/** The layers over each other, the weakest first, over what holds without any. Pure. */
export function layeredIntent(
  layers: readonly IntentLayer[],
  before: LayeredIntent = { intent: defaultIntent, sources: {} },
): LayeredIntent {
  let parts: Readonly<Record<string, unknown>> = { ...before.intent }
  let sources: Readonly<Record<string, string>> = before.sources
  for (const { from, fromOf = {}, settings } of layers) {
    const { preset, ...own } = settings
    if (preset !== undefined) {
      const { intent } = presets[preset]
      parts = { ...parts, ...intent }
      for (const field of Object.keys(intent)) sources = { ...sources, [field]: `preset ${preset}, ${from}` }
    }
    for (const [field, value] of Object.entries(own)) {
      if (value === undefined) continue
      parts = over(parts, field, field === 'stream' ? streamOver(parts['stream'], own.stream) : value)
      sources = { ...sources, [field]: fromOf[field as IntentField] ?? from }
    }
  }
  // Of fields of intents, each with a value of its own; null only ever took one away that may be missing.
  return { intent: parts as unknown as Intent, sources }
}

function over(parts: Readonly<Record<string, unknown>>, field: string, value: unknown): Record<string, unknown> {
  const { [field]: _, ...rest } = parts
  return value === null ? rest : { ...rest, [field]: value }
}

/** Null where nothing is left of it. */
function streamOver(before: unknown = {}, settings: Nullable<StreamOptions> = {}): object | null {
  const parts = Object.entries({ ...(before as StreamOptions), ...settings }).filter(
    ([, value]) => value !== undefined && value !== null,
  )
  return parts.length === 0 ? null : Object.fromEntries(parts)
}
