import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileFor, fileOfDay, newestResults, parseResults } from './results.ts'
import { predicted, runOf } from './testing.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-results-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const begin = (name: string, cpu: string, commit?: string): void =>
  writeFileSync(
    join(folder, name),
    `${JSON.stringify({ machine: { cpu }, ...(commit === undefined ? {} : { commit }) })}\n`,
  )
const now = { cpu: 'x', commit: 'abc' }

describe('results', () => {
  test('go on in their file, and begin another for another commit or machine', () => {
    expect(fileFor(folder, '2026-01-01', now)).toBe(join(folder, '2026-01-01.jsonl'))
    begin('2026-01-01.jsonl', 'x', 'abc')
    expect(fileFor(folder, '2026-01-01', now)).toBe(join(folder, '2026-01-01.jsonl'))
    expect(fileFor(folder, '2026-01-01', { ...now, commit: 'def' })).toBe(join(folder, '2026-01-01-2.jsonl'))
    begin('2026-01-01-2.jsonl', 'y', 'abc')
    expect(fileFor(folder, '2026-01-01', { ...now, cpu: 'z' })).toBe(join(folder, '2026-01-01-3.jsonl'))
  })

  test('go on in the file of the day before, when midnight came between', () => {
    begin('2026-01-01-2.jsonl', 'x', 'abc')
    expect(fileOfDay(folder, '2026-01-02', now)).toBe(join(folder, '2026-01-01-2.jsonl'))
    expect(fileOfDay(folder, '2026-01-02', { ...now, commit: 'def' })).toBe(join(folder, '2026-01-02.jsonl'))
  })

  test('are told from the newest file, also of one day', () => {
    expect(newestResults(join(folder, 'none'))).toBeNull()
    for (const name of ['2026-01-01.jsonl', '2026-01-01-2.jsonl', '2026-01-01-10.jsonl']) begin(name, 'x', 'abc')
    expect(newestResults(folder)?.name).toBe('2026-01-01-10.jsonl')
    begin('2026-01-02.jsonl', 'x', 'abc')
    expect(newestResults(folder)?.name).toBe('2026-01-02.jsonl')
  })

  test('of the oldest files are read under the names of today', () => {
    const { predicted: _, ...run } = runOf({})
    const lines = [{ machine: { cpu: 'x' } }, { ...run, foretold: predicted }, runOf({})]
    const { runs } = parseResults('old.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'))
    expect(runs.map((each) => each.predicted)).toEqual([predicted, predicted])
    expect(runs[0]).not.toHaveProperty('foretold')
  })
})
