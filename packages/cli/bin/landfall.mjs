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
// A checkout runs from its sources: what Node made of them is kept beside its packages. Node goes on without where it cannot
// write there; a folder that others could write to, as its own default in /tmp, is no place for it.
const { enableCompileCache } = await import('node:module')
const { fileURLToPath } = await import('node:url')
enableCompileCache?.(fileURLToPath(new URL('../../../node_modules/.cache/landfall', import.meta.url)))
const { main } = await import('../src/main.ts')
await main(process.argv.slice(2))
