import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDomainXml } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { readConfigFile } from '../config/config-file.ts'
import { readNovaConfig } from './nova-config/read-nova-config.ts'
import { intentForGuest } from './intent-for-guest.ts'

const guest = readDomainXml(`<domain type='kvm'><name>web1</name><memory unit='MiB'>512</memory><metadata>
  <l:guest xmlns:l='https://landfall.dev/xmlns/1'>
    <l:intent max-pause='300ms' deadline='1h'/><l:label key='tier' value='db'/>
  </l:guest></metadata></domain>`)
const config =
  readConfigFile(
    `[hosts.a]
uri = "qemu:///system"
[intent]
max_pause = "500ms"
fallback = "cold"
post_copy = "never"
[[intent.for]]
label = "tier=db"
post_copy = "at-once"
`,
    'f.toml',
  ).intent ?? undefined
const nothing = { from: 'the call', settings: {} }

test('the guest’s own wish wins over the file and its rules, the call over the guest', () => {
  const { intent, sources } = intentForGuest(guest, { config, call: nothing })
  expect(intent).toMatchObject({ maxPauseMs: 300, deadlineMs: 3_600_000, fallback: 'cold', postCopy: 'at-once' })
  expect(sources).toEqual({
    maxPauseMs: "the guest's metadata",
    deadlineMs: "the guest's metadata",
    fallback: '[intent] in f.toml',
    postCopy: 'f.toml, for label tier=db',
  })
  const call = { from: '--max-pause', settings: { maxPauseMs: 9 } }
  expect(intentForGuest(guest, { config, call })).toMatchObject({
    intent: { maxPauseMs: 9 },
    sources: { maxPauseMs: '--max-pause' },
  })
})

test('Nova’s files stand between the guest and the call, each value with its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-intent-'))
  try {
    const path = join(folder, 'nova.conf')
    writeFileSync(path, '[libvirt]\nlive_migration_downtime = 700\nlive_migration_completion_timeout = 0\n')
    const nova = readNovaConfig([{ kind: 'file', path }], {})
    const { intent, sources } = intentForGuest(guest, { config, nova, call: nothing })
    expect(intent).toMatchObject({ maxPauseMs: 700, fallback: 'none', postCopy: 'never' })
    expect(intent).not.toHaveProperty('deadlineMs')
    expect(sources).toMatchObject({
      maxPauseMs: `live_migration_downtime, ${path}:2`,
      postCopy: 'live_migration_permit_post_copy, default',
      fallback: "Nova's configuration",
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
