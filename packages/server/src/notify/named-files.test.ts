import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NotifyConfig } from '../config/notify-config.ts'
import { assertNotifiable, secretsOf } from './named-files.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  path = join(folder, 'file')
})
afterEach(() => rmSync(folder, { recursive: true }))

const secret = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`
const webhook = () => ({ name: 'pager', secretFile: path })
const read = (): unknown => secretsOf(webhook())
const running = (program: string): NotifyConfig => ({
  launchWaitsMs: 0,
  switchoverLeadMs: 0,
  webhooks: [],
  commands: [{ name: 'hook', events: ['ended'], run: [program], timeoutMs: 1 }],
})

test('a file has one secret, or two while one is changed for another', () => {
  writeFileSync(path, `${secret(1)}\n`)
  expect(secretsOf(webhook())).toEqual([Buffer.alloc(32, 1)])
  writeFileSync(path, `${secret(1)}\n${secret(2)}\n\n`)
  expect(secretsOf(webhook())).toHaveLength(2)
})

test.each(['', '\n', 'hunter2\n', `${secret(1)}\nhunter2\n`])('a file with %j is refused, and not told', (text) => {
  writeFileSync(path, text)
  expect(read).toThrow(expect.objectContaining({ code: 'bad-config' }))
  expect(read).toThrow(new RegExp(`secret_file of "pager": ${path}: no line of whsec_`))
  expect(read).not.toThrow(/hunter2/)
})

test('a file that is not there is refused with its path', () => {
  expect(() => secretsOf(webhook())).toThrow(/secret_file of "pager": .*: ENOENT/)
})

test('a program has to be there, to be a file, and to be one that may be run', () => {
  expect(() => assertNotifiable(running(path))).toThrow(/run of "hook": .*: ENOENT/)
  writeFileSync(path, '', { mode: 0o600 })
  expect(() => assertNotifiable(running(path))).toThrow(/EACCES/)
  expect(() => assertNotifiable(running(folder))).toThrow(/not a file/)
  writeFileSync(join(folder, 'run'), '', { mode: 0o700 })
  expect(() => assertNotifiable(running(join(folder, 'run')))).not.toThrow()
})
