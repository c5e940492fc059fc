// Writes the man pages and the completions of bash, zsh and fish, as they lie under share/ of a system:
//   node tools/manual/write.ts FOLDER

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { program } from 'landfall/program'
import { commandTree } from './command-tree.ts'
import { manualFiles } from './manual-files.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node tools/manual/write.ts FOLDER')
  process.exit(2)
}
const command = program()
for (const [path, text] of manualFiles(commandTree(command), command.version() ?? '')) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
