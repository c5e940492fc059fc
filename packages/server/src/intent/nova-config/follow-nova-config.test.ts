import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IntentSource } from '../intent-source.ts'
import type { ConfigArgument } from '@landfall/nova'
import { followNovaConfig } from './follow-nova-config.ts'
import { readNovaConfig } from './read-nova-config.ts'

const GiB = 2 ** 30
const downtime = (ms: number): string => `[libvirt]\nlive_migration_downtime = ${ms}\n`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-follow-'))
  writeFileSync(join(folder, 'nova.conf'), downtime(500))
})
afterEach(() => rmSync(folder, { recursive: true }))

function follow(kind: ConfigArgument['kind'] = 'file'): IntentSource {
  const given: ConfigArgument[] = [{ kind, path: kind === 'file' ? join(folder, 'nova.conf') : folder }]
  return followNovaConfig({
    given,
    environment: {},
    config: readNovaConfig(given, {}),
    intentOf: (config) => config.obey({ memoryBytes: GiB }).intent,
  })
}

test('nothing is told while the files are what they were', () => {
  const source = follow()
  expect([source.changed(), source.changed()]).toEqual([null, null])
})

test('a file that was written anew is read, once, and named', () => {
  const source = follow()
  writeFileSync(join(folder, 'nova.conf'), downtime(1200))
  expect(source.changed()).toMatchObject({
    kind: 'intent',
    intent: { maxPauseMs: 1200 },
    origin: `${join(folder, 'nova.conf')} changed`,
  })
  expect(source.changed()).toBeNull()
})

test('a file that was replaced by one of the same size and time is another file', () => {
  const path = join(folder, 'nova.conf')
  const then = new Date(1_700_000_000_000)
  utimesSync(path, then, then)
  const source = follow()
  writeFileSync(join(folder, 'new'), downtime(900))
  utimesSync(join(folder, 'new'), then, then)
  renameSync(join(folder, 'new'), path)
  expect(source.changed()).toMatchObject({ intent: { maxPauseMs: 900 } })
})

test('of a folder a new override counts, and so does one that is gone', () => {
  const source = follow('directory')
  writeFileSync(join(folder, 'nova_override.conf'), downtime(800))
  expect(source.changed()).toMatchObject({ intent: { maxPauseMs: 800 } })
  rmSync(join(folder, 'nova_override.conf'))
  expect(source.changed()).toMatchObject({ intent: { maxPauseMs: 500 } })
})

test('a broken or missing file is told once, and read when it is whole again', () => {
  const source = follow()
  writeFileSync(join(folder, 'nova.conf'), '[libvirt\n')
  expect(source.changed()).toMatchObject({ kind: 'unreadable' })
  expect(source.changed()).toBeNull()
  rmSync(join(folder, 'nova.conf'))
  expect(source.changed()).toMatchObject({ kind: 'unreadable' })
  writeFileSync(join(folder, 'nova.conf'), downtime(700))
  expect(source.changed()).toMatchObject({ kind: 'intent', intent: { maxPauseMs: 700 } })
})
