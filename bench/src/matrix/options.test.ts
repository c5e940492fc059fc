import { expect, test } from 'vitest'
import { readOptions, usage } from './options.ts'

test('nothing typed is the core matrix, three rounds of it', () => {
  expect(readOptions([])).toMatchObject({ kind: 'run', options: { matrix: 'core', rounds: 3, only: [], rows: null } })
  expect(readOptions(['--matrix', 'wide', '--row', 'nova'])).toMatchObject({
    kind: 'run',
    options: { matrix: 'wide', rounds: 1, rows: ['nova'] },
  })
})

test.each([
  [['--halp'], /Unknown option '--halp'/],
  [['--rounds', '0'], /"0" is no number of rounds/],
  [['--only', 'nobody'], /no workload and no contender is called "nobody"/],
  [['--matrix', 'deep'], /there is no matrix "deep"/],
  [['--row', 'nova'], /rows are of the wide matrix/],
  [['--matrix', 'wide', '--file', 'x'], /one file takes one row/],
])('%j is refused with what is wrong, and no stack trace', (args, why) => {
  expect(readOptions(args)).toEqual({ kind: 'wrong', why: expect.stringMatching(why) })
})

test('help names every option that is taken, and what the core has', () => {
  expect(readOptions(['--help'])).toEqual({ kind: 'help' })
  expect(readOptions(['--rounds', '0', '-h'])).toEqual({ kind: 'help' })
  for (const option of ['rounds', 'only', 'matrix', 'row', 'list', 'lab', 'file', 'note', 'help'])
    expect(usage()).toContain(`--${option}`)
  expect(usage()).toMatch(/ {2}mixed 2 × B\n[^]* {2}virsh --auto-converge\n/)
})
