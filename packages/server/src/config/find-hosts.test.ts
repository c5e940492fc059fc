import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HostSources } from './find-hosts.ts'
import { findHosts } from './find-hosts.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-hosts-'))
  for (const name of ['named', 'environment', 'default', 'lab1', 'lab2']) {
    writeFileSync(join(folder, name), `[hosts.${name}]\nuri = "qemu+tcp://${name}/system"\n`)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const laboratories =
  (...names: string[]): HostSources['laboratories'] =>
  async () =>
    names.map((name) => ({ name, hostsFile: at(name) }))

function sources(part: Partial<HostSources> = {}): HostSources {
  return {
    named: [],
    configFile: undefined,
    environmentFile: undefined,
    defaultFile: at('missing'),
    laboratories: laboratories(),
    ...part,
  }
}
const namesOf = async (part: Partial<HostSources>): Promise<string[]> =>
  (await findHosts(sources(part))).hosts.map(({ name }) => name)

test('what is named more plainly wins: options, --config, the environment, the default file, a laboratory', async () => {
  const all = {
    named: ['option=qemu:///system'],
    configFile: at('named'),
    environmentFile: at('environment'),
    defaultFile: at('default'),
    laboratories: laboratories('lab1'),
  }
  expect(await namesOf(all)).toEqual(['option'])
  expect(await namesOf({ ...all, named: [] })).toEqual(['named'])
  expect(await namesOf({ ...all, named: [], configFile: undefined })).toEqual(['environment'])
  const unnamed = { defaultFile: at('default'), laboratories: laboratories('lab1') }
  expect(await namesOf(unnamed)).toEqual(['default'])
  expect(await namesOf({ laboratories: laboratories('lab1') })).toEqual(['lab1'])
})

test('where the hosts came from is said', async () => {
  expect((await findHosts(sources({ laboratories: laboratories('lab1') }))).origin).toContain('laboratory "lab1"')
})

test('several laboratories are no choice to make for somebody', async () => {
  await expect(findHosts(sources({ laboratories: laboratories('lab1', 'lab2') }))).rejects.toMatchObject({
    code: 'no-hosts',
    message: expect.stringContaining('lab1, lab2'),
  })
})

test('no hosts anywhere says how to name them', async () => {
  await expect(findHosts(sources())).rejects.toMatchObject({
    code: 'no-hosts',
    next: ['Name them with ', { action: 'name-hosts', defaultFile: at('missing') }],
  })
})

test('a named file that is missing is an error, not a reason to use another', async () => {
  const wanted = { configFile: at('missing'), laboratories: laboratories('lab1') }
  await expect(findHosts(sources(wanted))).rejects.toMatchObject({ code: 'bad-config' })
})

test('a host named twice is refused', async () => {
  await expect(findHosts(sources({ named: ['a=qemu:///system', 'a=qemu:///session'] }))).rejects.toMatchObject({
    code: 'bad-config',
  })
})
