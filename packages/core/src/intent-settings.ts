import { InputError } from './errors.ts'
import type { Compression, Intent, PresetName, StreamOptions } from './intent.ts'
import { checkIntent, defaultIntent, fallbacks, postCopyPermissions, presetNames, presets } from './intent.ts'
import type { Milliseconds, Percent } from './units.ts'
import { parseDuration, parsePercent } from './units.ts'

/** What one place lays down of an intent; null takes back what an earlier place laid down. */
export interface IntentSettings {
  /** Lays down everything that a preset does; what else stands beside it refines it. */
  readonly preset?: PresetName
  readonly maxPauseMs?: Milliseconds
  readonly deadlineMs?: Milliseconds | null
  readonly maxSlowdownPercent?: Percent
  readonly postCopy?: Intent['postCopy']
  readonly fallback?: Intent['fallback']
  readonly onlyCold?: true
  readonly shutdownLimitMs?: Milliseconds
  readonly noGainLimitMs?: Milliseconds
  readonly stream?: StreamSettings
}

/** Parts that an earlier place laid down stay unless they are named; null leaves one to be found out. */
export type StreamSettings = Omit<StreamOptions, 'parallelConnections' | 'compression'> & {
  readonly parallelConnections?: number | null
  readonly compression?: Compression | null
}

export type IntentField = Exclude<keyof IntentSettings, 'preset'>

/** One place that lays something down, in words for the operator: "the guest's metadata". */
export interface IntentLayer {
  readonly from: string
  /** Where a single field comes from, where that is known better. */
  readonly fromOf?: Partial<Readonly<Record<IntentField, string>>>
  readonly settings: IntentSettings
}

/** An intent, and who said each part of it; parts that nobody said are built in and not listed. */
export interface LayeredIntent {
  readonly intent: Intent
  readonly sources: Partial<Readonly<Record<IntentField, string>>>
}

const presetFields = ['maxPauseMs', 'maxSlowdownPercent', 'postCopy', 'fallback'] as const
const otherFields = ['deadlineMs', 'onlyCold', 'shutdownLimitMs', 'noGainLimitMs'] as const

/** The layers over each other, the weakest first, over what holds without any. Pure. */
export function layeredIntent(layers: readonly IntentLayer[]): LayeredIntent {
  let intent: Intent = defaultIntent
  let sources: LayeredIntent['sources'] = {}
  for (const { from, fromOf, settings } of layers) {
    const { preset, ...own } = settings
    if (preset !== undefined) {
      const { maxPauseMs, maxSlowdownPercent, postCopy, fallback } = presets[preset]
      intent = { ...intent, maxPauseMs, maxSlowdownPercent, postCopy, fallback }
      for (const field of presetFields) sources = { ...sources, [field]: `preset ${preset}, ${from}` }
    }
    for (const field of [...presetFields, ...otherFields]) {
      const value = own[field]
      if (value === undefined) continue
      const { [field]: _before, ...rest } = intent
      // The others of the intent are there already, and a null takes one away that may be missing.
      intent = (value === null ? rest : { ...rest, [field]: value }) as Intent
      sources = { ...sources, [field]: fromOf?.[field] ?? from }
    }
    if (own.stream !== undefined) {
      const { stream: before, ...rest } = intent
      intent = { ...rest, ...overStream(before, own.stream) }
      sources = { ...sources, stream: fromOf?.stream ?? from }
    }
  }
  return { intent, sources }
}

function overStream(before: StreamOptions = {}, settings: StreamSettings): Pick<Intent, 'stream'> {
  const { parallelConnections, compression, ...others } = { ...before, ...settings }
  const stream: StreamOptions = {
    ...others,
    ...(parallelConnections === null || parallelConnections === undefined ? {} : { parallelConnections }),
    ...(compression === null || compression === undefined ? {} : { compression }),
  }
  return Object.keys(stream).length === 0 ? {} : { stream }
}

/** The parts that can be written down as text, by the words that every place uses in its own spelling. */
export const settingWords = [
  'preset',
  'max-pause',
  'deadline',
  'max-slowdown',
  'post-copy',
  'fallback',
  'shutdown-timeout',
  'compression',
  'parallel',
] as const
export type SettingWord = (typeof settingWords)[number]

/**
 * Reads what somebody wrote.
 *
 * @param named how the place spells a word: `--max-pause`, `max_pause`
 * @throws InputError which begins with that name and says what is accepted
 */
export function readIntentSettings(
  texts: Readonly<Partial<Record<SettingWord, string>>>,
  named: (word: SettingWord) => string,
): IntentSettings {
  const read = <T>(word: SettingWord, parse: (text: string) => T, check?: (value: T) => Partial<Intent>): T | null => {
    const text = texts[word]
    if (text === undefined) return null
    try {
      const value = parse(text)
      if (check !== undefined) checkIntent({ ...defaultIntent, ...check(value) })
      return value
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      // core's own checks name the option of the command line.
      const problem = error.message.replace(/^--[a-z-]+ /, '')
      throw new InputError(error.code, `${named(word)}: ${problem}`)
    }
  }
  const preset = read('preset', oneOf(presetNames))
  const maxPauseMs = read('max-pause', parseDuration, (value) => ({ maxPauseMs: value }))
  const deadline = read('deadline', parseDeadline, (value) => (value === 'none' ? {} : { deadlineMs: value }))
  const maxSlowdownPercent = read('max-slowdown', parsePercent, (value) => ({ maxSlowdownPercent: value }))
  const postCopy = read('post-copy', oneOf(postCopyPermissions))
  const fallback = read('fallback', oneOf(fallbacks))
  const compression = read('compression', oneOf(compressionWords))
  const parallel = read('parallel', parseStreams, (value) =>
    value === 'auto' ? {} : { stream: { parallelConnections: value } },
  )
  const stream: StreamSettings = {
    ...(compression === null ? {} : { compression: compression === 'auto' ? null : compression }),
    ...(parallel === null ? {} : { parallelConnections: parallel === 'auto' ? null : parallel }),
  }
  const shutdownLimitMs = read('shutdown-timeout', parseDuration, (value) => ({ shutdownLimitMs: value }))
  return {
    ...(preset === null ? {} : { preset }),
    ...(maxPauseMs === null ? {} : { maxPauseMs }),
    ...(deadline === null ? {} : { deadlineMs: deadline === 'none' ? null : deadline }),
    ...(maxSlowdownPercent === null ? {} : { maxSlowdownPercent }),
    ...(postCopy === null ? {} : { postCopy }),
    ...(fallback === null ? {} : { fallback }),
    ...(shutdownLimitMs === null ? {} : { shutdownLimitMs }),
    ...(Object.keys(stream).length === 0 ? {} : { stream }),
  }
}

const compressionWords = ['auto', 'never', 'zstd', 'xbzrle'] as const

function parseStreams(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new InputError('bad-intent', `"${text}" is not "auto" or a number of streams`)
}

const parseDeadline = (text: string): Milliseconds | 'none' => (text === 'none' ? 'none' : parseDuration(text))

const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): Word => {
    const word = words.find((each) => each === text)
    if (word !== undefined) return word
    throw new InputError('bad-intent', `"${text}" is none of ${words.join(', ')}`)
  }
