// Other package managers at work on this machine. Real locks, and an apt-get that has nothing to do: no package changes,
// no network is used, and no laboratory either.
import { expect, test } from 'vitest'
import { aptGet } from '../../src/machine/apt-get.ts'
import { installPackages } from '../../src/machine/machine-packages.ts'
import { holdLock } from '../support/hold-lock.ts'

const frontend = '/var/lib/dpkg/lock-frontend'

/** From no sources, and what is there already stays as it is. */
const updateOfNothing = [
  'update',
  '--option=Dir::Etc::SourceList=/dev/null',
  '--option=Dir::Etc::SourceParts=/dev/null',
  '--option=APT::Get::List-Cleanup=0',
  '--option=Dir::Cache::pkgcache=',
  '--option=Dir::Cache::srcpkgcache=',
]

test.each([
  [frontend, 'installing', installPackages.bind(null, [])],
  ['/var/lib/dpkg/lock', 'installing', installPackages.bind(null, [])],
  ['/var/cache/apt/archives/lock', 'installing', installPackages.bind(null, [])],
  ['/var/lib/apt/lists/lock', 'an update of the lists', aptGet.bind(null, updateOfNothing)],
])('while another process holds %s, %s waits, says for whom, and goes on', async (file, _what, act) => {
  await using lock = await holdLock(file)
  const order: string[] = []
  const acting = act({ progress: (line) => order.push(line), signal: undefined }).then(() => order.push('done'))
  await expect.poll(() => order, { timeout: 30_000 }).toHaveLength(1)
  order.push('let go')
  await lock.letGo()
  await acting
  expect(order).toEqual([`waiting for process ${lock.pid} (perl), which holds ${file}`, 'let go', 'done'])
})

test.each([frontend, '/var/cache/apt/archives/lock'])('waiting for %s ends with the signal', async (file) => {
  await using lock = await holdLock(file)
  const stopping = new AbortController()
  const installing = installPackages([], { progress: () => stopping.abort(), signal: stopping.signal })
  await expect(installing).rejects.toMatchObject({ code: 'aborted' })
  expect(lock.pid).toBeGreaterThan(0)
})

test('a lock that stays held is given up, and what a person has to do is told', async () => {
  await using lock = await holdLock(frontend)
  const installing = installPackages(['no-such-package'], { progress: () => {}, signal: undefined, patienceMs: 2_000 })
  await expect(installing).rejects.toMatchObject({
    code: 'packages-not-installed',
    message: expect.stringMatching(
      new RegExp(
        `^process ${lock.pid} \\(perl\\) still holds ${frontend} after \\d+ s; try again when it is done, ` +
          'or install these and try again: apt-get install no-such-package$',
      ),
    ),
    cause: { code: 'package-manager-busy' },
  })
})
