import type { IntentField, IntentLayer, LayeredIntent, SettingName } from '@landfall/core'
import {
  defaultOf,
  InputError,
  namedSettings,
  presetNames,
  readIntentSettings,
  settingNames,
  settings,
} from '@landfall/core'
import type { ConfigArgument, GuestForIntent, IntentPlaces, IntentSource, NovaConfig } from '@landfall/server'
import { followNovaConfig, intentForGuest, readNovaConfig } from '@landfall/server'
import type { Command } from 'commander'
import { Option } from 'commander'

/** `max-pause` → `maxPause`, as commander names what was given. */
type CamelCase<Name extends string> = Name extends `${infer Word}-${infer Rest}`
  ? `${Word}${Capitalize<CamelCase<Rest>>}`
  : Name

/** The intent as commander hands it over: text as typed, absent where not given. */
export type IntentInput = {
  readonly [Name in SettingName as CamelCase<Name>]?: string
} & {
  readonly cold?: boolean
  readonly configFile?: readonly ConfigArgument[]
  readonly configDir?: readonly ConfigArgument[]
}

/** An option that belongs to the intent of a call. */
export interface IntentOption {
  readonly flags: string
  /** Null where there is none. */
  readonly byDefault: string | null
  readonly help: string
  readonly choices?: readonly string[]
  /** The manual's paragraph, in Markdown. */
  readonly manual: string
}

const settingOptions = namedSettings.map(([name, setting]): IntentOption => ({
  flags: `--${name} <${setting.argument}>`,
  byDefault: defaultOf(setting),
  help: setting.help,
  ...(setting.choices === undefined ? {} : { choices: setting.choices }),
  manual: setting.manual,
}))

/** Every option of an intent, as help and manual list them. */
export const intentOptions: readonly IntentOption[] = [
  {
    flags: '--preset <name>',
    byDefault: 'balanced',
    help: "a named intent that the other options refine; nova is Nova's own schedule",
    choices: [...presetNames, 'nova'],
    manual: 'A named intent, refined by the other options: see below',
  },
  ...settingOptions,
  {
    flags: '--cold',
    byDefault: null,
    help: 'shut it down, move it and start it there, whatever could be done live',
    manual: 'Shut it down, move its definition and start it on the destination, whatever could be done live',
  },
]

/** Adds the options of an intent; their help is the same wherever they are taken. */
export function addIntentOptions(command: Command): Command {
  addConfigOptions(command, "Nova's configuration to obey")
  for (const option of intentOptions) command.addOption(asOption(option))
  return command
}

function asOption({ flags, byDefault, help, choices }: IntentOption): Option {
  const option = new Option(flags, byDefault === null ? help : `${help} (default: ${byDefault})`)
  return choices === undefined ? option : option.choices(choices)
}

export function shutdownTimeoutOption(): Option {
  const { argument, help } = settings['shutdown-timeout']
  const byDefault = defaultOf(settings['shutdown-timeout'])
  return asOption({ flags: `--shutdown-timeout <${argument}>`, byDefault, help, manual: '' })
}

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

/** What is wanted of a guest: Nova's own way where that was asked for, else everything that was set. @throws InputError */
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

/** What was given for a setting, as typed. */
function givenFor(input: IntentInput, name: SettingName): string | undefined {
  const key = name.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
  // CamelCase<SettingName>, which a type cannot follow through the replacement.
  return input[key as CamelCase<SettingName>]
}

/**
 * What the options say; the strongest layer of an intent.
 *
 * @throws InputError naming the option and what it accepts.
 */
export function readCall(input: IntentInput): IntentLayer {
  if (input.preset === 'nova') refuseOwnLimits(input)
  const texts: Partial<Record<SettingName, string>> = {}
  for (const name of settingNames) {
    const text = givenFor(input, name)
    if (text !== undefined && text !== 'nova') texts[name] = text
  }
  const read = readIntentSettings(texts, (name) => `--${name}`)
  return {
    from: 'the command line',
    fromOf: { ...optionsOf(texts), onlyCold: '--cold' },
    settings: { ...read, ...(input.cold === true ? { onlyCold: true } : {}) },
  }
}

/** Which options set each field; a field may be set by several. */
function optionsOf(texts: Partial<Record<SettingName, string>>): Partial<Record<IntentField, string>> {
  const options: Partial<Record<IntentField, string>> = {}
  for (const [name, { at }] of namedSettings) {
    if (texts[name] === undefined) continue
    const before = options[at[0]]
    options[at[0]] = before === undefined ? `--${name}` : `${before} --${name}`
  }
  return options
}

/** Nova's schedule knows no limits but its own, and no stream but the one that its options describe. */
function refuseOwnLimits(input: IntentInput): void {
  const named = namedSettings.find(([name]) => givenFor(input, name) !== undefined)?.[0]
  const given = named ?? (input.cold === undefined ? undefined : 'cold')
  if (given === undefined) return
  const message = `--${given} does not go with --preset nova, which does as Nova's options say; set those in a file and name it with --config-file`
  throw new InputError('bad-intent', message)
}
