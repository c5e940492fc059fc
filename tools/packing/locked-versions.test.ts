import { expect, test } from 'vitest'
import { lockedVersions } from './locked-versions.ts'

test('what published packages need is taken, at every depth; tools of the repository and its own packages are not', () => {
  const packages = {
    '': { version: '0.1.0' },
    'packages/cli': { version: '0.1.0' },
    'node_modules/landfall': { link: true },
    'node_modules/vitest': { version: '5.1.1', dev: true },
    'node_modules/commander': { version: '15.1.0' },
    'node_modules/@rgrove/parse-xml': { version: '5.0.0' },
    'node_modules/commander/node_modules/below': { version: '1.2.3' },
  }
  expect(lockedVersions({ packages })).toEqual({ commander: '15.1.0', '@rgrove/parse-xml': '5.0.0', below: '1.2.3' })
})

test('two versions of one package are an error that names both', () => {
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b/node_modules/a': { version: '2.0.0' } }
  expect(() => lockedVersions({ packages })).toThrow('has a as 1.0.0 and as 2.0.0')
})
