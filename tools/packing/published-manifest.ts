/** What a package.json of this repository says, as far as publishing is concerned. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly private?: true
  readonly exports?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly engines: Readonly<Record<string, string>>
}

/** `./src/testing/fake.ts`: the module as it is called within `src/` and `dist/`, `testing/fake`. */
export function moduleOf(source: string): string {
  const module = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1]
  if (module === undefined) throw new Error(`"${source}" is not a TypeScript file in ./src/`)
  return module
}

/**
 * The manifest that is published: what the checkout runs from its sources comes from `dist/`.
 *
 * A program's modules are nobody's to import: its exports are for this repository alone.
 */
export function publishedManifest(manifest: Manifest): object {
  const { name, version, description, license, exports = {}, bin, dependencies, engines } = manifest
  const published = Object.entries(exports).map(([path, source]) => {
    const module = moduleOf(source)
    return [path, { types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` }] as const
  })
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    ...(bin === undefined ? { exports: Object.fromEntries(published) } : { bin, exports: {} }),
    files: bin === undefined ? ['dist'] : ['bin', 'dist'],
    ...(dependencies === undefined ? {} : { dependencies }),
    engines,
  }
}
