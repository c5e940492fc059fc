import type { GuestIntent } from '@landfall/api'
import type { Setting, SettingName } from '@landfall/core'
import { defaultOf, namedSettings, presetNames, presets, valueOf } from '@landfall/core'
import { useId } from 'react'
import type { Texts } from './intent-with.ts'
import { intentWith } from './intent-with.ts'

export interface IntentFieldsProps {
  readonly texts: Texts
  readonly onChange: (texts: Texts) => void
  /** What holds of the guest without any of it; null while it is not known. */
  readonly intent: GuestIntent | null
}

/** What an operator decides for one move; the others rarely. */
const first: readonly SettingName[] = ['max-pause', 'deadline', 'max-slowdown', 'post-copy', 'fallback']

/** What is wanted of the move, each field with what holds where it is left empty, and who said so. */
export function IntentFields({ texts, onChange, intent }: IntentFieldsProps) {
  const set = (name: SettingName, text: string): void => onChange({ ...texts, [name]: text })
  const fields = (wanted: boolean) =>
    namedSettings
      .filter(([name]) => first.includes(name) === wanted)
      .map(([name, setting]) => (
        <IntentField key={name} name={name} setting={setting} text={texts[name] ?? ''} intent={intent} onChange={set} />
      ))
  const { preset = '' } = texts
  return (
    <fieldset className="intent">
      <legend>What is wanted</legend>
      <div className="fields">
        <label>
          <span>preset</span>
          <select value={preset} onChange={({ target }) => set('preset', target.value)}>
            <option value="">none</option>
            {presetNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <span className="dim">{presetNames.flatMap((name) => (name === preset ? [presets[name].means] : []))}</span>
        </label>
        {fields(true)}
      </div>
      <details>
        <summary>The stream, and a cold move</summary>
        <div className="fields">{fields(false)}</div>
      </details>
    </fieldset>
  )
}

/** What holds, and who said so; null while it is not known. */
type Holding = Pick<GuestIntent, 'intent' | 'intentSources'> | null

interface FieldProps {
  readonly name: SettingName
  readonly setting: Setting
  readonly text: string
  readonly intent: Holding
  readonly onChange: (name: SettingName, text: string) => void
}

/** One setting, with what holds where it is left empty. */
export function IntentField({ name, setting, text, intent, onChange }: FieldProps) {
  const told = useId()
  const { holds, from } = whatHolds(setting, intent)
  const problem = text.trim() === '' ? null : problemOf(name, text)
  const described = { 'aria-describedby': told, 'aria-invalid': problem !== null }
  return (
    <label>
      <span>
        {setting.name} {setting.name !== name && <code className="dim">{name}</code>}
      </span>
      {setting.choices === undefined ? (
        <input
          value={text}
          placeholder={holds}
          onChange={({ target }) => onChange(name, target.value)}
          autoComplete="off"
          {...described}
        />
      ) : (
        <select value={text} onChange={({ target }) => onChange(name, target.value)} {...described}>
          <option value="">{holds}</option>
          {setting.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      <span id={told} className={problem === null ? 'dim' : 'bad'} title={setting.help}>
        {problem ?? (text.trim() === '' ? from : `instead of ${holds}`)}
      </span>
    </label>
  )
}

function whatHolds(setting: Setting, intent: Holding): { holds: string; from: string } {
  if (intent === null) return { holds: defaultOf(setting), from: 'unless the guest or its host says otherwise' }
  const value = valueOf(setting, intent.intent)
  const from = intent.intentSources[setting.at[0]]
  return {
    holds: value === undefined ? (setting.unset ?? setting.otherwise ?? 'not set') : setting.write(value),
    from: from === undefined ? 'built in' : `from ${from}`,
  }
}

function problemOf(name: SettingName, text: string): string | null {
  try {
    intentWith(defaultBase, { [name]: text })
    return null
  } catch (error) {
    return error instanceof Error ? error.message.replace(`${name}: `, '') : String(error)
  }
}

const defaultBase = presets.balanced.intent
