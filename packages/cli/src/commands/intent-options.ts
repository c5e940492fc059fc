import type { NovaConfigPath, WantedIntent } from '@landfall/api'
import type { SettingName } from '@landfall/core'
import { defaultOf, namedSettings, presetNames, settingNames, settings } from '@landfall/core'
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
  readonly configFile?: readonly NovaConfigPath[]
  readonly configDir?: readonly NovaConfigPath[]
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
  /** Whether it means something for a migration that somebody else launched. */
  readonly steers: boolean
}

const settingOptions = namedSettings.map(([name, setting]): IntentOption => ({
  flags: `--${name} <${setting.argument}>`,
  byDefault: defaultOf(setting),
  help: setting.help,
  ...(setting.choices === undefined ? {} : { choices: setting.choices }),
  manual: setting.manual,
  steers: setting.changes === 'while-running' && setting.ofOwnAlone !== true,
}))

/** Every option of an intent, as help and manual list them. */
export const intentOptions: readonly IntentOption[] = [
  {
    flags: '--preset <name>',
    byDefault: 'balanced',
    help: "a named intent that the other options refine; nova is Nova's own schedule",
    choices: [...presetNames, 'nova'],
    manual: 'A named intent, refined by the other options: see below',
    steers: true,
  },
  ...settingOptions,
  {
    flags: '--cold',
    byDefault: null,
    help: 'shut it down, move it and start it there, whatever could be done live',
    manual: 'Shut it down, move its definition and start it on the destination, whatever could be done live',
    steers: false,
  },
]

/** Adds the options of an intent; their help is the same wherever they are taken. */
export const addIntentOptions = (command: Command): Command => addOptions(command, intentOptions)

/** As {@link addIntentOptions}, of those that mean something for a migration that somebody else launched. */
export const addSteeringOptions = (command: Command): Command =>
  addOptions(
    command,
    intentOptions.filter(({ steers }) => steers),
  )

function addOptions(command: Command, options: readonly IntentOption[]): Command {
  addConfigOptions(command, "Nova's configuration to obey")
  for (const option of options) command.addOption(asOption(option))
  return command
}

function asOption({
  flags,
  byDefault,
  help,
  choices,
}: Pick<IntentOption, 'flags' | 'byDefault' | 'help' | 'choices'>): Option {
  const option = new Option(flags, byDefault === null ? help : `${help} (default: ${byDefault})`)
  return choices === undefined ? option : option.choices(choices)
}

export function shutdownTimeoutOption(): Option {
  const { argument, help } = settings['shutdown-timeout']
  const byDefault = defaultOf(settings['shutdown-timeout'])
  return asOption({ flags: `--shutdown-timeout <${argument}>`, byDefault, help })
}

/** Adds `--config-file` and `--config-dir`, wherever Nova's configuration is taken. */
export function addConfigOptions(command: Command, what: string): Command {
  // Files and folders in the order in which they were given: both options fill one list.
  const given: NovaConfigPath[] = []
  const collect =
    (kind: NovaConfigPath['kind']) =>
    (path: string): readonly NovaConfigPath[] => {
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

/** What was given for a setting, as typed. */
function givenFor(input: IntentInput, name: SettingName): string | undefined {
  const key = name.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
  // CamelCase<SettingName>, which a type cannot follow through the replacement.
  return input[key as CamelCase<SettingName>]
}

/** What the options say of the intent, as it is asked for. */
export function wantedBy(input: IntentInput): WantedIntent {
  const given = settingNames.flatMap((name) => {
    const text = givenFor(input, name)
    return text === undefined ? [] : [[name, text]]
  })
  return {
    settings: Object.fromEntries(given),
    cold: input.cold === true,
    // Both options fill one list.
    novaConfig: input.configFile ?? input.configDir ?? [],
    namedAs: 'option',
  }
}
