import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { main } from './main.ts'
import { ownStore } from './testing/own-store.ts'

const tried = ownStore(() => 'postgres://landfall:secret@db/landfall')
const { terminal, out, err } = tried

async function check(uri: string, more = ''): Promise<number> {
  const path = join(tried.folder, 'landfall.toml')
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
  expect(await check(`qemu+tls://host1/system?pkipath=${tried.folder}/none`)).toBe(2)
  expect(err.join('\n')).toContain(`certificate of host1: ${tried.folder}/none/clientcert.pem: ENOENT`)
})

test('who is told of migrations is checked with the files that are named', async () => {
  const webhook = `[[notify.webhook]]\nname = "pager"\nurl = "https://pager.example/"\nsecret_file = "${tried.folder}/secret"\n`
  expect(await check('qemu+ssh://host1/system', webhook)).toBe(2)
  expect(err.join('\n')).toContain(`secret_file of "pager": ${tried.folder}/secret: ENOENT`)
  writeFileSync(join(tried.folder, 'secret'), `whsec_${Buffer.alloc(32).toString('base64')}\n`)
  process.exitCode = 0
  expect(await check('qemu+ssh://host1/system', webhook)).toBe(0)
  expect(out).toContain('migrations are told to: pager')
})

test('so is the secret with which people sign in: without it the service does not start', async () => {
  const file = join(tried.folder, 'oidc-secret')
  const keys = { issuer: 'https://id.example', audience: 'landfall', client_id: 'console', client_secret_file: file }
  const oidc = Object.entries({ ...keys, address: 'https://landfall.example' }).map(
    ([key, value]) => `${key} = "${value}"`,
  )
  const table = ['[oidc]', ...oidc, ''].join('\n')
  expect(await check('qemu+ssh://host1/system', table)).toBe(2)
  expect(err.join('\n')).toContain(`oidc.client_secret_file ${file}: ENOENT`)
  writeFileSync(file, 'its secret\n')
  process.exitCode = 0
  expect(await check('qemu+ssh://host1/system', table)).toBe(0)
  expect(out.join('\n')).not.toContain('its secret')
})
