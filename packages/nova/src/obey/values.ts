import type { Reading } from '../oslo/read-oslo.ts'

/** Values of options by their full names; what cannot be read, or is not there, is what is given instead. */
export interface Values {
  readonly number: (option: string, otherwise: number) => number
  readonly flag: (option: string) => boolean
  readonly text: (option: string) => string
}

export function valuesOf(readings: ReadonlyMap<string, Reading>): Values {
  const value = (option: string): unknown => {
    const reading = readings.get(option)
    return reading?.ok === true ? reading.value : undefined
  }
  return {
    number: (option, otherwise) => {
      const found = value(option)
      return typeof found === 'number' ? found : otherwise
    },
    flag: (option) => value(option) === true,
    text: (option) => {
      const found = value(option)
      return typeof found === 'string' ? found : ''
    },
  }
}
