/** Reads what the compiler wrote; null where there is no such file. */
export type ReadEmitted = (path: string) => string | null

/** By its path in `dist/`, what it holds. */
export type EmittedFiles = ReadonlyMap<string, string>

/** `from './a.js'`, `import('./a.js')`, `import './a.js'`. */
const relativeImport = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.(?:js|ts)\2/g

/**
 * The modules that the entries reach, JavaScript and declarations, as a package carries them: tests and fakes are left out by
 * themselves, and what is missing is an error here instead of at its first import.
 *
 * @param entries modules within `dist/`, without their ending: `index`, `testing/fake`
 */
export function emittedModules(entries: readonly string[], read: ReadEmitted): EmittedFiles {
  const files = new Map<string, string>()
  const left = [...entries]
  for (let module = left.pop(); module !== undefined; module = left.pop()) {
    if (files.has(`${module}.js`)) continue
    for (const ending of ['js', 'd.ts'] as const) {
      const path = `${module}.${ending}`
      const text = read(path)
      if (text === null) throw new Error(`the compiler wrote no ${path}`)
      files.set(path, published(text))
      for (const [, , , specifier = ''] of text.matchAll(relativeImport)) left.push(resolveModule(module, specifier))
    }
  }
  return files
}

/**
 * The compiler leaves `./a.ts` in declarations, where only a compiler that allows such endings follows it; and names a map of
 * the sources, which are not published.
 */
function published(text: string): string {
  return text.replaceAll(relativeImport, '$1$2$3.js$2').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
}

function resolveModule(from: string, specifier: string): string {
  // Any base does: what counts is the path behind it.
  const base = new URL(from, 'file:///dist/')
  const path = new URL(specifier, base).pathname
  if (!path.startsWith('/dist/')) throw new Error(`${from} imports ${specifier}, which is not in src/`)
  return path.slice('/dist/'.length)
}
