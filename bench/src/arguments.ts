import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T & typeof help; strict: true }>>['values']

const help = { help: { type: 'boolean', short: 'h', default: false } } as const

/** The comment that a program begins with, which says what it does and how it is called. */
export function headComment(source: string): string {
  const lines = source.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n')
}

/**
 * The options that a program of the bench was called with. `--help` prints the comment that it begins with and the options that it
 * takes, and ends it; one that it does not know ends it with 2.
 */
export function optionsOf<const T extends Options>(program: string, options: T): Values<T> {
  try {
    const { values } = parseArgs({ options: { ...options, ...help }, strict: true })
    // parseArgs cannot tell a generic object's own option from the others'.
    if (!('help' in values && values.help === true)) return values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}. --help says what it takes`)
    process.exit(2)
  }
  console.log(`${headComment(readFileSync(program, 'utf8'))}\n`)
  console.log(
    `Options: ${Object.keys(options)
      .map((name) => `--${name}`)
      .join(', ')}`,
  )
  process.exit(0)
}
