import { expect, test } from 'vitest'

import { machineWideName } from './names.ts'
import { cacheDirectory, labPaths } from './paths.ts'

test('everything of a laboratory is below its own directory', () => {
  const { directory, ...others } = labPaths('default', { LANDFALL_LABS: '/srv/labs' })
  expect(directory).toBe('/srv/labs/default')
  for (const path of Object.values(others)) expect(path.startsWith(`${directory}/`)).toBe(true)
})

test('the cache can be elsewhere', () => {
  expect(cacheDirectory({})).toBe('/var/cache/landfall')
  expect(cacheDirectory({ LANDFALL_CACHE: '/srv/cache' })).toBe('/srv/cache')
})

test.each(['', 'Default', 'a/b', '..', '1lab', 'a b', 'x'.repeat(32)])('a laboratory cannot be called "%s"', (name) => {
  expect(() => labPaths(name, {})).toThrow(expect.objectContaining({ code: 'name-invalid' }))
})

test.each(['/srv/a,b', '/srv/a:b', '/srv/a b', `/${'x'.repeat(80)}`])('state cannot be kept in "%s"', (labs) => {
  expect(() => labPaths('default', { LANDFALL_LABS: labs })).toThrow(expect.objectContaining({ code: 'path-unusable' }))
})

test('names for the whole machine fit an interface and differ by directory', () => {
  const one = machineWideName('/var/lib/landfall/labs/one')
  expect(one).toMatch(/^[a-z0-9]{1,15}$/)
  expect(machineWideName('/elsewhere/one')).not.toBe(one)
  expect(machineWideName('/var/lib/landfall/labs/one')).toBe(one)
})
