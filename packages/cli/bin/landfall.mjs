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
// The doctor reads gigabytes of text that lives for a moment, for which V8 would make ever more room: its young generation stays as
// small as it begins. Said before the program is loaded, which lets it grow to 30 MiB; it costs a tenth of the CPU time.
if (process.argv[2] === 'doctor') {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=1')
}
// A service of a thousand hosts makes a lot that lives for a moment beside 120 MiB that last: V8 would wait with collecting until there is
// three times as much. This is half as much again (bench/server).
if (process.argv[2] === 'serve') {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--heap-growing-percent=50')
}
const { main } = await import('../src/main.ts')
await main(process.argv.slice(2))
