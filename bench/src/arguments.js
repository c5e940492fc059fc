import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
const help = { help: { type: 'boolean', short: 'h', default: false } }
/** The comment that a program begins with, which says what it does and how it is called. */
export function headComment(source) {
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
export function optionsOf(program, options) {
  try {
    const { values } = parseArgs({ options: { ...options, ...help }, strict: true })
    if (!values.help) return values
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
//# sourceMappingURL=arguments.js.map
