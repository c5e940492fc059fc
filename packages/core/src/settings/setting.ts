import type { Intent, StreamOptions } from '../intent.ts'

/** Where a setting's value is in an intent. */
export type SettingPlace =
  | readonly [Exclude<keyof Intent, 'stream' | 'schedule'>]
  | readonly ['stream', keyof StreamOptions]

type Held<Place extends SettingPlace> = Place extends readonly ['stream', infer Part extends keyof StreamOptions]
  ? StreamOptions[Part]
  : Intent[Exclude<Place[0], 'stream'>]

export type ValueAt<Place extends SettingPlace> = NonNullable<Held<Place>>

/** One thing that an operator can set of an intent: everything that is said about it anywhere comes from here. */
export interface Setting<Place extends SettingPlace = SettingPlace> {
  readonly at: Place
  /** What stands for the value in a usage line, e.g. "duration". */
  readonly argument: string
  /** The accepted texts, where there are only a few. */
  readonly choices?: readonly string[]
  /** The text that takes back what a weaker place set: "none" or "auto". */
  readonly unset?: string
  /** What holds where nobody sets it, where that is neither in `defaultIntent` nor `unset`. */
  readonly otherwise?: string
  /** In TOML it may be a bare number, too: what is accepted, in words. */
  readonly asNumber?: string
  /** One line of help, without its default. */
  readonly help: string
  /** The manual's paragraph, in Markdown. */
  readonly manual: string
  /** @throws InputError that says what is accepted, without a name in front */
  parse(text: string): ValueAt<Place>
  /** As it can be parsed again. */
  write(value: ValueAt<Place>): string
  /** What is wrong with a value, e.g. "must be at least 1ms"; null for nothing. */
  check?(value: ValueAt<Place>): string | null
  /** Its part of the line that states an intent, e.g. "pause ≤ 1 s"; null to leave it out. */
  state(value: ValueAt<Place> | undefined): string | null
  /** How a change is told, as "pause limit 1 s → 2 s". */
  readonly name: string
  tell(value: ValueAt<Place> | undefined): string
  /** Whether it can change while a migration runs; what belongs to the launch cannot. */
  readonly changes: 'while-running' | 'before-launch'
  /** Where it can change while a migration runs, and yet means nothing for one that somebody else launched. */
  readonly ofOwnAlone?: true
}

/** A record with its value's type taken from its place. */
export const setting = <const Place extends SettingPlace>(record: Setting<Place>): Setting<Place> => record

/** Its value in an intent; undefined where the intent has none. */
export function valueOf<Place extends SettingPlace>(
  { at }: Setting<Place>,
  intent: Intent,
): ValueAt<Place> | undefined {
  const value = at[0] === 'stream' ? intent.stream?.[at[1]] : intent[at[0]]
  // Held<Place>, which TypeScript does not follow through the condition.
  return value as ValueAt<Place> | undefined
}

/** The intent with a setting's value as another intent has it. */
export function withValueOf({ at }: Setting, intent: Intent, other: Intent): Intent {
  if (at[0] === 'stream') {
    const { [at[1]]: _, ...rest } = intent.stream ?? {}
    const value = other.stream?.[at[1]]
    return { ...intent, stream: value === undefined ? rest : { ...rest, [at[1]]: value } }
  }
  const { [at[0]]: _, ...rest } = intent
  const value = other[at[0]]
  // The others are there already, and only what may be missing is ever undefined.
  return (value === undefined ? rest : { ...rest, [at[0]]: value }) as Intent
}
