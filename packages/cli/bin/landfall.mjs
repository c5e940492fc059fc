#!/usr/bin/env node
// Plain JavaScript that an old Node can read, so that an old Node gets a sentence instead of a syntax error.
const oldestNode = 24
if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  console.error(
    `landfall needs Node.js ${oldestNode} or newer; this is ${process.version}. ` +
      'In a checkout, "npx landfall" uses the Node that the repository pins.',
  )
  process.exit(1)
}
const { main } = await import('../src/main.ts')
await main(process.argv.slice(2))
