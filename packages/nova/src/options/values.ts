import type { OptionValue } from '../oslo/option-spec.ts'
import type { OptionValues } from './nova-option.ts'
import { fullName, novaOptions } from './schema.ts'

const defaults: ReadonlyMap<string, string> = new Map(
  novaOptions.map((option) => [fullName(option), option.periods.at(-1)?.defaultText ?? '']),
)

/** Values of options by `group.name`; what cannot be read, or is not there, has its newest default. */
export function valuesOf(valueOf: (option: string) => OptionValue | undefined): OptionValues {
  return {
    number: (option) => {
      const found = valueOf(option)
      return typeof found === 'number' ? found : Number(defaults.get(option) ?? 0)
    },
    flag: (option) => valueOf(option) === true,
    text: (option) => {
      const found = valueOf(option)
      return typeof found === 'string' ? found : ''
    },
  }
}
