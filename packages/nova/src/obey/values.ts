import type { OptionValues } from '../options/nova-option.ts'
import { valuesOf } from '../options/values.ts'
import type { Reading } from '../oslo/read-oslo.ts'

/** Values of options as files have them. */
export function valuesIn(readings: ReadonlyMap<string, Reading>): OptionValues {
  return valuesOf((option) => {
    const reading = readings.get(option)
    return reading?.ok === true ? reading.value : undefined
  })
}
