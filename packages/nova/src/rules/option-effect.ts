import { fullName, novaOptions } from '../options/schema.ts'
import { valuesOf } from '../options/values.ts'
import type { Release } from '../options/release.ts'
import type { OptionValue } from '../oslo/option-spec.ts'

export interface EffectContext {
  readonly release: Release
  readonly guestGiB: number
  /** Value of another option as the service reads it, by `group.name`; undefined where there is none. */
  readonly valueOf: (option: string) => OptionValue | undefined
}

/** What Nova does to a guest of that size with an option as it is, in plain numbers. "" where it says nothing about guests. */
export function effectOf(option: string, value: OptionValue, context: EffectContext): string {
  const { release, guestGiB, valueOf } = context
  const record = novaOptions.find((each) => fullName(each) === option)
  return record?.effect({ release, guestGiB, ...valuesOf(valueOf) }, value) ?? ''
}
