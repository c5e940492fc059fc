import type {
  Compression,
  Fallback,
  IntentLayer,
  LayeredIntent,
  PostCopyPermission,
  PresetName,
  SettingWord,
} from '@landfall/core'
import {
  defaultIntent,
  fallbacks,
  formatDuration,
  InputError,
  postCopyPermissions,
  presetNames,
  readIntentSettings,
  settingWords,
} from '@landfall/core'
import type { ConfigArgument, GuestForIntent, IntentPlaces, IntentSource, NovaConfig } from '@landfall/server'
import { followNovaConfig, intentForGuest, readNovaConfig } from '@landfall/server'
import type { Command } from 'commander'
import { Option } from 'commander'

/** The intent as commander hands it over: text as typed, absent where not given. */
export interface IntentInput {
  readonly maxPause?: string
  readonly deadline?: string
  readonly maxSlowdown?: string
  readonly postCopy?: PostCopyPermission
  readonly fallback?: Fallback
  readonly preset?: PresetName | 'nova'
  readonly cold?: boolean
  readonly shutdownTimeout?: string
  readonly compression?: 'auto' | Compression
  readonly parallel?: string
  readonly configFile?: readonly ConfigArgument[]
  readonly configDir?: readonly ConfigArgument[]
}

/** Adds the options of an intent; their help is the same wherever they are taken. */
export function addIntentOptions(command: Command): Command {
  return addConfigOptions(command, "Nova's configuration to obey")
    .addOption(
      new Option(
        '--max-pause <duration>',
        `longest the guest may stand still, e.g. 300ms, 2s (default: ${formatDuration(defaultIntent.maxPauseMs)})`,
      ),
    )
    .addOption(
      new Option(
        '--deadline <duration>',
        'done within this time from now, or not at all, e.g. 10m; none lifts one that is configured (default: none)',
      ),
    )
    .addOption(
      new Option(
        '--max-slowdown <percent>',
        `most that the guest may be throttled; 0 forbids it (default: ${defaultIntent.maxSlowdownPercent}%)`,
      ),
    )
    .addOption(
      new Option(
        '--post-copy <when>',
        `let the guest run on the destination before all its memory is there (default: ${defaultIntent.postCopy})`,
      ).choices(postCopyPermissions),
    )
    .addOption(
      new Option(
        '--fallback <what>',
        `what to do when it cannot be done live; cold = shut down, move, start (default: ${defaultIntent.fallback})`,
      ).choices(fallbacks),
    )
    .addOption(
      new Option(
        '--preset <name>',
        "a named intent that the other options refine; balanced is what holds without any; nova is Nova's own schedule",
      ).choices([...presetNames, 'nova']),
    )
    .addOption(
      new Option(
        '--compression <how>',
        'compress the memory on its way; xbzrle = of pages that are sent again, what has changed; auto = where that is quicker and there are cores and memory for it (default: auto)',
      ).choices(['auto', 'never', 'zstd', 'xbzrle']),
    )
    .addOption(
      new Option(
        '--parallel <streams>',
        'connections side by side: a number, 1 for one plain stream; auto = where one cannot fill the link (default: auto)',
      ),
    )
    .option('--cold', 'shut it down, move it and start it there, whatever could be done live')
    .addOption(shutdownTimeoutOption())
}

export const shutdownTimeoutOption = (): Option =>
  new Option('--shutdown-timeout <duration>', 'longest a cold migration waits for it to shut down (default: 3m)')

/** Adds `--config-file` and `--config-dir`, wherever Nova's configuration is taken. */
export function addConfigOptions(command: Command, what: string): Command {
  // Files and folders in the order in which they were given: both options fill one list.
  const given: ConfigArgument[] = []
  const collect =
    (kind: ConfigArgument['kind']) =>
    (path: string): readonly ConfigArgument[] => {
      given.push({ kind, path })
      return given
    }
  return command
    .addOption(
      new Option('--config-file <file>', `${what}, e.g. nova.conf; repeat it, later ones win`).argParser(
        collect('file'),
      ),
    )
    .addOption(
      new Option('--config-dir <folder>', 'the same of every *.conf in a folder').argParser(collect('directory')),
    )
}

const filesOf = ({ configFile, configDir }: IntentInput): readonly ConfigArgument[] => configFile ?? configDir ?? []

/**
 * Nova's files that were named; null where neither they nor Nova's own way are asked for. Without files its defaults hold.
 *
 * @throws LandfallError `bad-config`
 */
export function novaConfigOf(input: IntentInput): NovaConfig | null {
  const given = filesOf(input)
  return given.length === 0 && input.preset !== 'nova' ? null : readNovaConfig(given, process.env)
}

/** What is wanted of a guest: Nova's own way where that was asked for, else everything that was laid down. @throws InputError */
export function intentOf(input: IntentInput, guest: GuestForIntent, places: Omit<IntentPlaces, 'call'>): LayeredIntent {
  const { nova, onObeyed } = places
  if (input.preset !== 'nova' || !nova) return intentForGuest(guest, { ...places, call: readCall(input) })
  const obeyed = nova.asNova(guest)
  onObeyed?.(obeyed)
  return { intent: obeyed.intent, sources: {} }
}

/** The files may change while a migration runs; nothing to follow where none was named. */
export function followOf(
  input: IntentInput,
  nova: NovaConfig | null,
  guest: GuestForIntent,
  config: IntentPlaces['config'],
): IntentSource | undefined {
  const given = filesOf(input)
  if (nova === null || given.length === 0) return undefined
  return followNovaConfig({
    given,
    environment: process.env,
    config: nova,
    intentOf: (fresh) => intentOf(input, guest, { config, nova: fresh }).intent,
  })
}

const optionWords = {
  preset: 'preset',
  'max-pause': 'maxPause',
  deadline: 'deadline',
  'max-slowdown': 'maxSlowdown',
  'post-copy': 'postCopy',
  fallback: 'fallback',
  'shutdown-timeout': 'shutdownTimeout',
  compression: 'compression',
  parallel: 'parallel',
} as const satisfies Record<SettingWord, keyof IntentInput>

const sourceOf = {
  maxPauseMs: '--max-pause',
  deadlineMs: '--deadline',
  maxSlowdownPercent: '--max-slowdown',
  postCopy: '--post-copy',
  fallback: '--fallback',
  shutdownLimitMs: '--shutdown-timeout',
  onlyCold: '--cold',
} as const

/**
 * What the options say; the strongest layer of an intent.
 *
 * @throws InputError naming the option and what it accepts.
 */
export function readCall(input: IntentInput): IntentLayer {
  if (input.preset === 'nova') refuseLimitsOfOurs(input)
  const texts: Partial<Record<SettingWord, string>> = {}
  for (const word of settingWords) {
    const text = input[optionWords[word]]
    if (text !== undefined && text !== 'nova') texts[word] = text
  }
  const settings = readIntentSettings(texts, (word) => `--${word}`)
  return {
    from: 'the command line',
    fromOf: sourceOf,
    settings: { ...settings, ...(input.cold === true ? { onlyCold: true } : {}) },
  }
}

/** Nova's schedule knows no limits but its own, and no stream but the one that its options lay down. */
function refuseLimitsOfOurs(input: IntentInput): void {
  const { maxPause, deadline, maxSlowdown, postCopy, fallback, cold, shutdownTimeout, compression, parallel } = input
  const given = Object.entries({
    '--max-pause': maxPause,
    '--deadline': deadline,
    '--max-slowdown': maxSlowdown,
    '--post-copy': postCopy,
    '--fallback': fallback,
    '--cold': cold,
    '--shutdown-timeout': shutdownTimeout,
    '--compression': compression,
    '--parallel': parallel,
  }).find(([, value]) => value !== undefined)
  if (given === undefined) return
  const message = `${given[0]} does not go with --preset nova, which does as Nova's options say; set those in a file and name it with --config-file`
  throw new InputError('bad-intent', message)
}
