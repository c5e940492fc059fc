import { readFile, writeFile } from 'node:fs/promises'
import { generatedFiles } from './generated-files.ts'

// Run as `npm run protocol` in this package after a change of protocol.txt.
const description = await readFile(new URL('protocol.txt', import.meta.url), 'utf8')
for (const [name, source] of await generatedFiles(description)) {
  await writeFile(new URL(`../src/protocol/${name}`, import.meta.url), source)
}
