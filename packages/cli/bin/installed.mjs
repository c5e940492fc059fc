#!/usr/bin/env node
// What an installed package starts: JavaScript in dist/. A checkout has landfall.mjs beside this file, which runs the sources.
// Plain JavaScript that an old Node can read, so that an old Node gets a sentence instead of an error of some module.
const [major, minor] = process.versions.node.split('.').map(Number)
if (!(major >= 24 || (major === 22 && minor >= 16))) {
  console.error(`landfall needs Node.js 24 or newer, or 22.16 or newer of Node.js 22; this is ${process.version}.`)
  process.exit(1)
}
// Node 22 calls its SQLite experimental, at every start. What is used of it is tested there.
const emitWarning = process.emitWarning.bind(process)
process.emitWarning = (warning, ...more) => {
  if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning(warning, ...more)
}
const { main } = await import('../dist/main.js')
await main(process.argv.slice(2))
