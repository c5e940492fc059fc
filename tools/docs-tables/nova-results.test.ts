import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { novaResults } from './nova-results.ts'

test('a case shows how many of its runs were as expected, and what the newest showed; faults stand apart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  try {
    const keep = (name: string, kept: unknown): void => writeFileSync(join(folder, name), JSON.stringify(kept))
    const good = { asExpected: true, words: 'landed  in 20 s' }
    keep('pause.json', {
      what: 'a | b',
      machine: { accelerator: 'tcg' },
      runs: [good, { asExpected: false, words: 'did not end' }],
    })
    keep('killed.json', { what: 'killed', breaks: true, machine: { accelerator: 'kvm' }, runs: [good] })
    expect(novaResults(false, folder)).toEqual([
      ['`pause`', 'a \\| b', '**1 of 2**', 'emulated', '**not as expected:** did not end'],
    ])
    expect(novaResults(true, folder)).toEqual([['`killed`', 'killed', '1 of 1', 'KVM', 'landed in 20 s']])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
