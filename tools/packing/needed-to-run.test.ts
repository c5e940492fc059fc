import { expect, test } from 'vitest'
import { neededToRun } from './needed-to-run.ts'

test('what programs load is needed, whatever its folder is called further down', () => {
  const paths = [
    'package.json',
    'index.js',
    'esm/index.mjs',
    'lib/test/double.js',
    'dist/docs/openapi.cjs',
    'lib/a.wasm',
  ]
  expect(paths.filter((path) => !neededToRun(path))).toEqual([])
})

test('licences are kept, and READMEs, which some packages have theirs in', () => {
  const paths = ['LICENSE', 'license', 'LICENSE.md', 'README.md', 'readme.md', 'lib/web/fetch/LICENSE']
  expect(paths.filter((path) => !neededToRun(path))).toEqual([])
})

test('tests, benchmarks, pages, settings of tools, types and maps are not needed', () => {
  const paths = [
    'test/fixtures/transpile.cjs',
    'bench.js',
    'Makefile',
    'eslint.config.js',
    'docs/api.md',
    '.npmignore',
    'lib/llhttp/.gitkeep',
    'index.d.ts',
    'index.d.cts',
    'dist/index.js.map',
    'inc-version.sh',
  ]
  expect(paths.filter(neededToRun)).toEqual([])
})
