import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifest } from './build-package.ts'
import { packagesFolder, publishedPackages } from './places.ts'
import { moduleOf } from './published-manifest.ts'

const { version, engines, license } = readManifest(join(packagesFolder, 'cli'))

describe.each(publishedPackages)('packages/%s can be published', (name) => {
  const folder = join(packagesFolder, name)
  const manifest = readManifest(folder)

  test('it has the version, the licence and the Node.js of all, and is not published from here', () => {
    expect(manifest).toMatchObject({ version, license, engines, private: true })
  })

  test('it says what it is', () => {
    expect(manifest.description).toMatch(/\w/)
    expect(existsSync(join(folder, 'README.md'))).toBe(true)
  })

  test('what it exports is there', () => {
    const sources = Object.values(manifest.exports ?? {})
    expect(sources.filter((source) => !existsSync(join(folder, 'src', `${moduleOf(source)}.ts`)))).toEqual([])
  })

  test('its dependencies are pinned', () => {
    expect(Object.values(manifest.dependencies ?? {}).filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
  })
})
