// Draws what a terminal shows at the end of a captured run:
//
//   script -q -O CAPTURE -c 'stty cols 118; ...'      (util-linux) takes the capture
//   node tools/terminal-picture.ts CAPTURE PICTURE.svg [--columns 118]

import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { drawScreen } from './terminal-picture-drawing.ts'
import { screenAfter } from './terminal-picture-screen.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { columns: { type: 'string', default: '118' } },
})
const [capture, picture] = positionals
const columns = Number(values.columns)
if (capture === undefined || picture === undefined || !Number.isInteger(columns) || columns < 1) {
  console.error('usage: node tools/terminal-picture.ts CAPTURE PICTURE.svg [--columns 118]')
  process.exit(2)
}
// script(1) frames what it records.
const output = readFileSync(capture, 'utf8')
  .replace(/^Script started on .*\n/, '')
  .replace(/\n?Script done on .*\n$/, '')
const rows = screenAfter(output, columns)
writeFileSync(picture, drawScreen(rows, columns, `A terminal: ${basename(capture)}`))
console.log(`${picture}: ${rows.length} rows of ${columns} columns`)
