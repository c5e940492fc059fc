import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { DebianRoot } from './roots.ts'

const root = await DebianRoot.unpack('checkers')
afterAll(() => root[Symbol.dispose]())
copyFileSync(inject('debianPackage'), join(root.path, 'tmp/landfall.deb'))
await root.sh('dpkg --install /tmp/landfall.deb')

test('lintian finds no error', async () => {
  const { out } = await root.sh('lintian --allow-root --fail-on none --no-tag-display-limit /tmp/landfall.deb')
  expect(out.split('\n').filter((line) => line.startsWith('E:'))).toEqual([])
})

test('systemd takes the unit as it is', async () => {
  const { out, err } = await root.sh('systemd-analyze verify --man=no /usr/lib/systemd/system/landfall.service')
  expect(out + err).not.toContain('landfall')
})

test('systemd finds the service well confined', async () => {
  const { out } = await root.sh('systemd-analyze security --offline=true --no-pager landfall.service')
  const exposure = Number(/exposure level for landfall\.service: ([\d.]+)/.exec(out)?.[1])
  expect(exposure).toBeLessThan(2.5)
})

test.each(['bash', 'zsh'])('%s reads the completions', async (shell) => {
  const path = { bash: 'bash-completion/completions/landfall', zsh: 'zsh/vendor-completions/_landfall' }[shell]
  expect(await root.sh(`${shell} -n /usr/share/${path}`)).toMatchObject({ out: '', err: '' })
})

test('zsh finds the completions by itself', async () => {
  const { out } = await root.sh(`zsh -c 'autoload -Uz compinit && compinit -D -u && echo $_comps[landfall]'`)
  expect(out).toBe('_landfall\n')
})

/** What fish itself offers for the end of a line. */
async function offeredByFish(line: string): Promise<readonly string[]> {
  const { out } = await root.sh(`HOME=/tmp fish --command 'complete --do-complete "${line}"'`)
  return out.split('\n').map((each) => each.split('\t', 1)[0] ?? '')
}

test('fish offers commands, options and the words that an option can have', async () => {
  expect(await offeredByFish('landfall mig')).toContain('migrate')
  expect(await offeredByFish('landfall plan --max-p')).toContain('--max-pause')
  expect(await offeredByFish('landfall plan --post-copy ')).toContain('never')
  expect(await offeredByFish('landfall lab ')).toContain('up')
})

test('the manual is found, of the program and of each command', async () => {
  expect((await root.sh('man --where landfall landfall-migrate')).out).toMatch(
    /landfall\.1\.gz\n.*landfall-migrate\.1\.gz/,
  )
})
