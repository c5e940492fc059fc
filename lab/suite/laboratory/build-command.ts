import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

declare module 'vitest' {
  interface ProvidedContext {
    /** The `landfall` that the suite starts. */
    readonly command: string
  }
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** As `packages/cli/bin/landfall.mjs`, of one file instead of a thousand. */
const starter = `import { enableCompileCache } from 'node:module'
enableCompileCache(new URL('cache', import.meta.url).pathname)
const { main } = await import('./main.js')
await main(process.argv.slice(2))
`

/**
 * The command in a few files: the suite starts it hundreds of times, and two thirds of each start went into finding its thousand
 * modules. Modules still find what lies beside their sources. That it runs from its sources, and as it is published, is shown by
 * the tests of those.
 */
export async function buildCommand(suite: string): Promise<string> {
  const folder = fromHere(`../../../node_modules/.cache/landfall-${suite}`)
  await rm(folder, { recursive: true, force: true })
  const bundle = await rolldown({
    input: fromHere('../../../packages/cli/src/main.ts'),
    platform: 'node',
    logLevel: 'warn',
    plugins: [
      {
        name: 'own-places',
        transform: (code, id) =>
          id.endsWith('.ts') ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)) : null,
      },
    ],
  })
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'main.js' })
  await bundle.close()
  const path = join(folder, 'landfall.mjs')
  await writeFile(path, starter)
  return path
}
