import { expect, test } from 'vitest'
import type { Manifest } from './published-manifest.ts'
import { moduleOf, publishedManifest } from './published-manifest.ts'

const library: Manifest = {
  name: '@landfall/libvirt',
  version: '0.1.0',
  description: 'a client',
  license: 'Apache-2.0',
  private: true,
  exports: { '.': './src/index.ts', './testing': './src/testing/fake-libvirtd.ts' },
  dependencies: { '@rgrove/parse-xml': '5.0.0' },
  engines: { node: '>=24' },
}

test('what a checkout imports from its sources is imported from dist/ once it is published', () => {
  expect(publishedManifest(library)).toEqual({
    name: '@landfall/libvirt',
    version: '0.1.0',
    description: 'a client',
    license: 'Apache-2.0',
    type: 'module',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './testing': { types: './dist/testing/fake-libvirtd.d.ts', default: './dist/testing/fake-libvirtd.js' },
    },
    files: ['dist'],
    dependencies: { '@rgrove/parse-xml': '5.0.0' },
    engines: { node: '>=24' },
  })
})

test('TypeScript finds the declarations before the JavaScript: it takes the first condition that holds', () => {
  expect(JSON.stringify(publishedManifest(library))).toContain('{"types":"./dist/index.d.ts","default":')
})

test('a program publishes nothing to import', () => {
  const bin = { landfall: 'bin/landfall.mjs' }
  expect(publishedManifest({ ...library, bin })).toMatchObject({ bin, exports: {}, files: ['bin', 'dist'] })
})

test('an export that is no TypeScript file in src/ is an error', () => {
  expect(() => moduleOf('./dist/index.js')).toThrow('"./dist/index.js" is not a TypeScript file in ./src/')
})
