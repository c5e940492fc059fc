import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readNovaConfig } from './read-nova-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'landfall-nova-'))
afterAll(() => rmSync(folder, { recursive: true }))
const GiB = 2 ** 30

function file(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}
const downtime = (ms: number): string => `[libvirt]\nlive_migration_downtime = ${ms}\n`

describe("Nova's files", () => {
  test('the last one wins, files and folders alike, and says so', () => {
    const conf = file('nova.conf', downtime(700))
    const override = file('nova_override.conf', downtime(900))
    const config = readNovaConfig(
      [
        { kind: 'file', path: conf },
        { kind: 'file', path: override },
      ],
      {},
    )
    const { intent, options } = config.obey({ memoryBytes: GiB })
    expect(intent.maxPauseMs).toBe(900)
    expect(options.find(({ option }) => option.endsWith('downtime'))?.from).toBe(`${override}:2`)
    expect(config.findings).toMatchObject([{ code: 'overridden', path: conf, line: 2 }])
  })

  test('of a folder the *.conf count, in the order of their bytes: the override of Platform9 comes after nova.conf', () => {
    file('conf.d/nova.conf', downtime(700))
    file('conf.d/nova_override.conf', downtime(900))
    file('conf.d/10.conf', downtime(100))
    file('conf.d/.hidden.conf', downtime(200))
    file('conf.d/zzz.conf.bak', downtime(300))
    const config = readNovaConfig([{ kind: 'directory', path: join(folder, 'conf.d') }], {})
    expect(config.obey({ memoryBytes: GiB }).intent.maxPauseMs).toBe(900)
  })

  test('the environment goes before them', () => {
    const path = file('env.conf', downtime(700))
    const config = readNovaConfig([{ kind: 'file', path }], { OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME: '400' })
    expect(config.obey({ memoryBytes: GiB }).intent.maxPauseMs).toBe(400)
  })

  test('a file that is missing, or that Nova would not start with, is named', () => {
    expect(() => readNovaConfig([{ kind: 'file', path: '/nowhere/nova.conf' }], {})).toThrow(/nowhere/)
    const path = file('broken.conf', '[libvirt\n')
    expect(() => readNovaConfig([{ kind: 'file', path }], {})).toThrow(`${path}:1: Invalid section`)
  })

  test('a number that is made of an option whose value nothing tells is not taken for its default', () => {
    const text = '[libvirt]\nlive_migration_completion_timeout = $rpc_response_timeout\n'
    const path = file('reference.conf', text)
    expect(() => readNovaConfig([{ kind: 'file', path }], {})).toThrow(
      `${path}:2: libvirt.live_migration_completion_timeout cannot be obeyed`,
    )
    const known = file('known.conf', `[DEFAULT]\nrpc_response_timeout = 60\n${text}`)
    expect(readNovaConfig([{ kind: 'file', path: known }], {}).findings).toEqual([])
  })

  test('a progress timeout is obeyed although new releases ignore it', () => {
    const path = file('old.conf', '[libvirt]\nlive_migration_progress_timeout = 60\n')
    expect(readNovaConfig([{ kind: 'file', path }], {}).obey({ memoryBytes: GiB }).intent.noGainLimitMs).toBe(60_000)
  })
})
