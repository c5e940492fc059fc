import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

// Where things go is looked up, not searched for: docs/architecture.md. TypeScript's files are counted by oxlint (max-lines).

const most = { entries: 20, lines: 400 }
const root = join(import.meta.dirname, '..')

/** What is kept in this repository, or would be with the next commit. */
const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
const files = listed.stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))

/** Every folder with what lies in it: files, and folders that have files. */
function entriesOf(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const entries = new Map<string, Set<string>>()
  for (const path of paths) {
    for (let entry = path; entry !== '.'; entry = dirname(entry)) {
      const folder = dirname(entry)
      entries.set(folder, (entries.get(folder) ?? new Set()).add(entry))
    }
  }
  return entries
}

test('folders hold what an eye takes in at once; figures that were recorded apart', () => {
  expect(files).toContain('tools/places.test.ts')
  const full = [...entriesOf(files.filter((path) => !/^bench\/(.*\/)?results\//.test(path)))]
    .filter(([, entries]) => entries.size > most.entries)
    .map(([folder, entries]) => `${folder}: ${entries.size}`)
  expect(full).toEqual([])
})

test('the guests and the scripts are written in files that are read in one go', () => {
  const sources = files.filter((path) => /\.(c|h|S|sh|mjs)$/.test(path))
  expect(sources).toContain('lab/guest/rom/boot.S')
  const long = sources
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > most.lines)
  expect(long).toEqual([])
})
