import type { Fallback, Intent, PostCopyPermission, PresetName } from '@landfall/core'
import {
  defaultIntent,
  formatDuration,
  InputError,
  parseDuration,
  parsePercent,
  presetNames,
  presets,
} from '@landfall/core'
import type { ConfigArgument, IntentSource, NovaConfig, SizedGuest } from '@landfall/server'
import { followNovaConfig, readNovaConfig } from '@landfall/server'
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
  readonly configFile?: readonly ConfigArgument[]
  readonly configDir?: readonly ConfigArgument[]
}

/** Adds the options of an intent; their help is the same wherever they are taken. */
export function addIntentOptions(command: Command): Command {
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
      new Option(
        '--config-file <file>',
        "Nova's configuration to obey, e.g. nova.conf; repeat it, later ones win",
      ).argParser(collect('file')),
    )
    .addOption(
      new Option('--config-dir <folder>', 'the same of every *.conf in a folder').argParser(collect('directory')),
    )
    .addOption(
      new Option(
        '--max-pause <duration>',
        `longest the guest may stand still, e.g. 300ms, 2s (default: ${formatDuration(defaultIntent.maxPauseMs)})`,
      ),
    )
    .addOption(
      new Option('--deadline <duration>', 'done within this time from now, or not at all, e.g. 10m (default: none)'),
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
      ).choices(['never', 'if-needed', 'at-once']),
    )
    .addOption(
      new Option(
        '--fallback <what>',
        `what to do when it cannot be done live; cold = shut down, move, start (default: ${defaultIntent.fallback})`,
      ).choices(['none', 'cold']),
    )
    .addOption(
      new Option(
        '--preset <name>',
        "a named intent that the other options refine; balanced is what holds without any; nova is Nova's own schedule",
      ).choices([...presetNames, 'nova']),
    )
    .option('--cold', 'shut it down, move it and start it there, whatever could be done live')
    .addOption(
      new Option('--shutdown-timeout <duration>', 'longest a cold migration waits for it to shut down (default: 3m)'),
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

/** What Nova's configuration means for a guest under the options, and in which words. @throws InputError */
export function obey(
  input: IntentInput,
  config: NovaConfig,
  guest: SizedGuest,
): { readonly intent: Intent; readonly options: ReturnType<NovaConfig['obey']>['options'] } {
  if (input.preset === 'nova') return config.asNova(guest)
  const { intent, options } = config.obey(guest)
  return { intent: readIntent(input, intent), options }
}

/** The files may change while a migration runs; nothing to follow where none was named. */
export function followOf(input: IntentInput, config: NovaConfig | null, guest: SizedGuest): IntentSource | undefined {
  const given = filesOf(input)
  if (config === null || given.length === 0) return undefined
  return followNovaConfig({
    given,
    environment: process.env,
    config,
    intentOf: (fresh) => obey(input, fresh, guest).intent,
  })
}

/**
 * The options over a preset, or over what else was laid down.
 *
 * @throws InputError naming the option and what it accepts.
 */
export function readIntent(input: IntentInput, otherwise?: Intent): Intent {
  if (input.preset === 'nova') refuseLimitsOfOurs(input)
  const preset = otherwise ?? presets[input.preset === undefined || input.preset === 'nova' ? 'balanced' : input.preset]
  const shutdownLimitMs =
    input.shutdownTimeout === undefined ? undefined : read('--shutdown-timeout', input.shutdownTimeout, parseDuration)
  const deadlineMs = input.deadline === undefined ? undefined : read('--deadline', input.deadline, parseDuration)
  return {
    ...preset,
    maxPauseMs: input.maxPause === undefined ? preset.maxPauseMs : read('--max-pause', input.maxPause, parseDuration),
    maxSlowdownPercent:
      input.maxSlowdown === undefined
        ? preset.maxSlowdownPercent
        : read('--max-slowdown', input.maxSlowdown, parsePercent),
    postCopy: input.postCopy ?? preset.postCopy,
    fallback: input.fallback ?? preset.fallback,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(input.cold === true ? { onlyCold: true } : {}),
    ...(shutdownLimitMs === undefined ? {} : { shutdownLimitMs }),
  }
}

/** Nova's schedule knows no limits but its own. */
function refuseLimitsOfOurs(input: IntentInput): void {
  const { maxPause, deadline, maxSlowdown, postCopy, fallback, cold, shutdownTimeout } = input
  const given = Object.entries({
    '--max-pause': maxPause,
    '--deadline': deadline,
    '--max-slowdown': maxSlowdown,
    '--post-copy': postCopy,
    '--fallback': fallback,
    '--cold': cold,
    '--shutdown-timeout': shutdownTimeout,
  }).find(([, value]) => value !== undefined)
  if (given === undefined) return
  const message = `${given[0]} does not go with --preset nova, which does as Nova's options say; set those in a file and name it with --config-file`
  throw new InputError('bad-intent', message)
}

function read<T>(option: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.code, `${option}: ${error.message}`)
    throw error
  }
}
