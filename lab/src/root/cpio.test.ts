import { expect, test } from 'vitest'

import { cpioArchive } from './cpio.ts'

test('an archive has every entry at a multiple of four bytes and a trailer', () => {
  const archive = cpioArchive([
    { kind: 'folder', path: 'dev' },
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'file', path: 'init', content: Buffer.from('#!abc'), executable: true },
  ])
  const found: { name: string; mode: number; content: string; minor: number }[] = []
  let at = 0
  for (;;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701')
    const header = archive.toString('latin1', at + 6, at + 110)
    const field = (index: number): number => Number.parseInt(header.slice(index * 8, index * 8 + 8), 16)
    const name = archive.toString('latin1', at + 110, at + 110 + field(11) - 1)
    const start = Math.ceil((at + 110 + field(11)) / 4) * 4
    if (name === 'TRAILER!!!') break
    found.push({ name, mode: field(1), content: archive.toString('latin1', start, start + field(6)), minor: field(10) })
    at = Math.ceil((start + field(6)) / 4) * 4
  }
  expect(found).toEqual([
    { name: 'dev', mode: 0o040755, content: '', minor: 0 },
    { name: 'dev/console', mode: 0o020600, content: '', minor: 1 },
    { name: 'init', mode: 0o100755, content: '#!abc', minor: 0 },
  ])
  expect(archive.length % 4).toBe(0)
})
