import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { main } from '../../main.ts'
import { ownStore } from '../../testing/own-store.ts'

const tried = ownStore((folder) => join(folder, 'own.db'))

const host = (name: string): string => `[hosts.${name}]\nuri = "qemu:///system"\n`

test('a configuration file that is good is told with its hosts', async () => {
  const file = join(tried.folder, 'landfall.toml')
  writeFileSync(file, host('host1'))
  await main(['config', 'check', file], tried.terminal)
  writeFileSync(file, host('host1') + host('host2'))
  await main(['config', 'check', file], tried.terminal)
  expect(tried.out).toEqual([
    expect.stringContaining(': 1 host (host1); served on '),
    expect.stringContaining('state: '),
    expect.stringContaining(': 2 hosts (host1, host2); served on '),
    expect.stringContaining('state: '),
  ])
})
