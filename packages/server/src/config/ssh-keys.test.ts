import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namedKeys, whyUnusable } from './ssh-keys.ts'

const options = { type: 'pkcs8', format: 'pem' } as const
const { privateKey } = generateKeyPairSync('ed25519')
const plain = String(privateKey.export(options))
const locked = String(privateKey.export({ ...options, cipher: 'aes-256-cbc', passphrase: 'x' }))
/** As ssh-keygen writes it, as far as the name of the cipher. */
const openssh = (cipher: string): string => {
  const length = Buffer.from([0, 0, 0, cipher.length])
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), length, Buffer.from(`${cipher}the rest of it`)])
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
}
const mine = { mode: 0o100600, uid: 7 }

test.each([
  ['a key', plain, mine, 'good'],
  ['a key of ssh-keygen', openssh('none'), mine, 'good'],
  ['a public key', 'ssh-ed25519 AAAA', mine, 'no private key'],
  ['a locked key', locked, mine, 'passphrase'],
  ['a locked key of ssh-keygen', openssh('aes256-ctr'), mine, 'passphrase'],
  ['one that the group may read', plain, { ...mine, mode: 0o100640 }, 'chmod 600'],
  ['the same of another user', plain, { mode: 0o100640, uid: 0 }, 'good'],
])('%s', (_, text, file, told) => {
  expect(whyUnusable(text, file, 7) ?? 'good').toContain(told)
})

test('each is read once, for all hosts that are reached with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  const good = join(folder, 'good')
  writeFileSync(good, plain, { mode: 0o600 })
  const hosts = [
    { name: 'host1', uri: `qemu+ssh://host1/system?keyfile=${good}` },
    { name: 'host2', uri: `qemu+ssh://host2/system?keyfile=${good}` },
    { name: 'host3', uri: `qemu+ssh://host3/system?keyfile=${folder}/missing` },
    { name: 'host4', uri: 'qemu+ssh://host4/system' },
    { name: 'host5', uri: 'qemu+tcp://host5/system' },
  ]
  expect(namedKeys(hosts)).toEqual([
    { usedFor: 'host1, host2', path: good, why: null },
    { usedFor: 'host3', path: `${folder}/missing`, why: expect.stringContaining('no such file') },
  ])
  rmSync(folder, { recursive: true })
})
