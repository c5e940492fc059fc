import { expect, test } from 'vitest'
import { readConfigFile } from './config-file.ts'
import { defaultServerConfig, neededStart } from './server-config.ts'

const read = (server: string) =>
  readConfigFile(`[hosts.a]\nuri = "qemu:///system"\n[server]\n${server}\n`, 'landfall.toml').server

test('a file that says nothing of it listens on loopback, unencrypted', () => {
  expect(read('')).toEqual(defaultServerConfig)
  expect(defaultServerConfig).toMatchObject({ listen: { host: '127.0.0.1', port: 8440 }, tls: null })
})

test.each([
  ['listen = "0.0.0.0:8440"', /server\.listen: .*unencrypted/],
  ['listen = "8440"', /^landfall\.toml: line 4, column 1: server\.listen: "8440" is not ADDRESS:PORT/],
  ['listen = "127.0.0.1:99999"', /is not ADDRESS:PORT/],
  ['tls_key = "k.pem"', /line 4, column 1: server\.tls_key: tls_certificate is missing/],
  ['requests_per_second = 0', /server\.requests_per_second/],
  ['keep_days = 30\nkeep_reports_days = 29', /server\.keep_reports_days: .*before the 30/],
])('%s is refused with the key', (line, message) => {
  expect(() => read(line)).toThrow(message)
})

test('another address is taken with a certificate', () => {
  const server = read('listen = "[::]:443"\ntls_certificate = "c.pem"\ntls_key = "k.pem"')
  expect(server).toMatchObject({ listen: { host: '::', port: 443 }, tls: { certificate: 'c.pem', key: 'k.pem' } })
})

test('of a configuration that is read again it is known what holds from the next start on alone', () => {
  const now = { ...defaultServerConfig, logLevel: 'debug', requestsPerSecond: 7 } as const
  expect(neededStart(defaultServerConfig, now)).toEqual([])
  const tls = { certificate: 'c.pem', key: 'k.pem' }
  const moved = { ...now, listen: { host: '127.0.0.1', port: 9 }, keepDays: 3, tls }
  const keys = ['server.listen', 'server.tls_certificate', 'server.tls_key', 'server.keep_days']
  expect(neededStart(defaultServerConfig, moved)).toEqual(keys)
})
