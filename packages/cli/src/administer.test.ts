import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { main } from './main.ts'
import { plainTerminal } from './testing/plain-terminal.ts'

let folder: string
let out: string[]
let err: string[]
const terminal = plainTerminal({ out: (line) => void out.push(line), err: (line) => void err.push(line) })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  ;[out, err] = [[], []]
  vi.stubEnv('LANDFALL_STORE', 'postgres://landfall:secret@db/landfall')
})
afterEach(() => {
  vi.unstubAllEnvs()
  process.exitCode = 0
  rmSync(folder, { recursive: true })
})

async function check(uri: string, more = ''): Promise<number> {
  const path = join(folder, 'landfall.toml')
  writeFileSync(path, `[hosts.host1]\nuri = "${uri}"\n${more}`)
  await main(['config', 'check', path], terminal)
  return Number(process.exitCode ?? 0)
}

test('where state lies is told without its password, with the variable that says so', async () => {
  expect(await check('qemu+ssh://host1/system')).toBe(0)
  expect(out).toContain('state: postgres://landfall@db/landfall (by LANDFALL_STORE)')
  expect(err).toEqual([])
})

test('a certificate that cannot be used is told with its path, and fails the check', async () => {
  expect(await check(`qemu+tls://host1/system?pkipath=${folder}/none`)).toBe(2)
  expect(err.join('\n')).toContain(`certificate of host1: ${folder}/none/clientcert.pem: ENOENT`)
})

test('who is told of migrations is checked with the files that are named', async () => {
  const webhook = `[[notify.webhook]]\nname = "pager"\nurl = "https://pager.example/"\nsecret_file = "${folder}/secret"\n`
  expect(await check('qemu+ssh://host1/system', webhook)).toBe(2)
  expect(err.join('\n')).toContain(`secret_file of "pager": ${folder}/secret: ENOENT`)
  writeFileSync(join(folder, 'secret'), `whsec_${Buffer.alloc(32).toString('base64')}\n`)
  process.exitCode = 0
  expect(await check('qemu+ssh://host1/system', webhook)).toBe(0)
  expect(out).toContain('migrations are told to: pager')
})
