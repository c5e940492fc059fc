import { format } from 'oxfmt'
import { parseDescription } from './description.ts'
import { generate } from './generate.ts'

/** The generated files by name, formatted as the repository formats its own. */
export const generatedFiles = async (descriptionText: string): Promise<Map<string, string>> => {
  const files = new Map<string, string>()
  for (const [name, source] of generate(parseDescription(descriptionText))) {
    const { code, errors } = await format(name, source, { semi: false, singleQuote: true, printWidth: 120 })
    if (errors.length > 0) throw new Error(`${name} cannot be formatted: ${JSON.stringify(errors)}`)
    files.set(name, code)
  }
  return files
}
