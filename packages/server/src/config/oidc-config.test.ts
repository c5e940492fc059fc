import { expect, test } from 'vitest'
import { readConfigFile } from './config-file.ts'

const read = (text: string) => readConfigFile(`[hosts.a]\nuri = "qemu:///system"\n${text}\n`, 'landfall.toml').oidc

test('a file that says nothing of it takes nobody else’s tokens', () => {
  expect(read('')).toBeNull()
})

test('an issuer and an audience are enough where tokens carry OAuth scopes', () => {
  expect(read('[oidc]\nissuer = "https://id.example/realms/ops"\naudience = "landfall"')).toEqual({
    issuer: 'https://id.example/realms/ops',
    audience: 'landfall',
    nameClaim: 'sub',
    scopeClaim: 'scope',
    scopes: { read: ['landfall:read'], operate: ['landfall:operate'], admin: ['landfall:admin'] },
    signIn: null,
  })
})

test('people sign in where the issuer knows this service, and this service its own address', () => {
  const text = 'issuer = "https://id.example"\naudience = "a"\nclient_id = "c"\naddress = "https://landfall.example"'
  expect(read(`[oidc]\n${text}\nrequest_scope = "openid groups"`)?.signIn).toEqual({
    clientId: 'c',
    clientSecretFile: null,
    address: 'https://landfall.example',
    requestScope: 'openid groups',
  })
})

test.each([
  ['[oidc]\nissuer = "http://id.example"\naudience = "a"', /line 4, column 1: oidc\.issuer: it has to be the https/],
  ['[oidc]\nissuer = "https://user@id.example"\naudience = "a"', /oidc\.issuer/],
  ['[oidc]\nissuer = "https://id.example"', /line 3, column 1: oidc\.audience/],
  ['[oidc]\nissuer = "https://id.example"\naudience = "a"\nclient_id = "c"', /client_id and address/],
  [
    '[oidc]\nissuer = "https://id.example"\naudience = "a"\nclient_id = "c"\naddress = "http://l.example"',
    /oidc\.address/,
  ],
])('%s is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})
