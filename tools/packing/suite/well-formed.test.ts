import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtFolder, publishedPackages } from '../places.ts'
import { run, tarballs } from './workshop.ts'

/** Checkers that nothing else needs: not among the dependencies of the repository, and pinned here. */
const publint = 'publint@0.3.25'
const areTheTypesWrong = '@arethetypeswrong/cli@0.18.5'

const checker = (checkerPackage: string, words: readonly string[]): ReturnType<typeof run> =>
  run('npm', ['exec', '--yes', `--package=${checkerPackage}`, '--', ...words])

test('there is a tarball of every package', () => {
  expect(tarballs()).toHaveLength(publishedPackages.length)
})

describe.each(publishedPackages)('%s', (name) => {
  test('publint finds nothing', async () => {
    expect((await checker(publint, ['publint', '--strict', join(builtFolder, name)])).out).toContain('All good!')
  })

  test('no test and no source is carried', () => {
    const carried = readdirSync(join(builtFolder, name), { recursive: true, encoding: 'utf8' })
    expect(carried.filter((path) => /\.test\.|(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([])
  })
})

// A program has no types to be wrong.
const libraries = tarballs().filter((path) => !/^landfall-\d/.test(basename(path)))

test.each(libraries)('the types of %s are those of its JavaScript, however it is resolved', async (tarball) => {
  const words = ['attw', tarball, '--profile', 'esm-only', '--format', 'json']
  expect(JSON.parse((await checker(areTheTypesWrong, words)).out)).toHaveProperty('analysis.types.kind', 'included')
})
