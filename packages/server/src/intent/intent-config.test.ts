import { defaultIntent, defaultOf, layeredIntent, namedSettings } from '@landfall/core'
import type { LayeredIntent } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import { readConfigFile } from '../config/config-file.ts'
import { configLayers } from './intent-config.ts'

const host = '[hosts.a]\nuri = "qemu+ssh://a/system"\n'
const text = `${host}
[intent]
max_pause = "500ms"
max_slowdown = 20

[[intent.for]]
label = "tier=db"
preset = "gentle"
deadline = "10m"

[[intent.for]]
name = "db-*"
label = "tier"
max_pause = "50ms"
`

function intentOf(name: string, labels: Record<string, string> = {}, file = text): LayeredIntent {
  const { intent } = readConfigFile(file, 'f.toml')
  if (intent === null) throw new Error('the file has no intent')
  return layeredIntent(configLayers(intent, { name, labels }))
}

test('the table holds for every guest', () => {
  expect(intentOf('web1')).toEqual({
    intent: { maxPauseMs: 500, maxSlowdownPercent: 20, postCopy: 'if-needed', fallback: 'none' },
    sources: { maxPauseMs: '[intent] in f.toml', maxSlowdownPercent: '[intent] in f.toml' },
  })
})

test('a rule holds for guests with its label, later rules win, and a rule with both needs both', () => {
  expect(intentOf('x', { tier: 'db' }).intent).toMatchObject({
    maxPauseMs: 300,
    deadlineMs: 600_000,
    postCopy: 'never',
  })
  const both = intentOf('db-7', { tier: 'db' })
  expect(both.intent).toMatchObject({ maxPauseMs: 50, postCopy: 'never' })
  expect(both.sources.maxPauseMs).toBe('f.toml, for label tier and name db-*')
  expect(intentOf('db-7').intent.maxPauseMs).toBe(500)
  expect(intentOf('db-7', { tier: 'web' }).intent.maxPauseMs).toBe(50)
})

test('every word of an intent can stand in a file', () => {
  const lines = namedSettings.map(([name, setting]) => `${name.replaceAll('-', '_')} = "${defaultOf(setting)}"`)
  const { intent } = intentOf('web1', {}, `${host}[intent]\npreset = "gentle"\n${lines.join('\n')}\n`)
  expect(intent).toMatchObject({ ...defaultIntent, shutdownLimitMs: 180_000 })
  expect(intentOf('web1', {}, `${host}[intent]\nparallel = 4\n`).intent.stream).toEqual({ parallelConnections: 4 })
})

test.each([
  ['db-*', 'db-1', true],
  ['db-*', 'olddb-1', false],
  ['web?', 'web1', true],
  ['web?', 'web12', false],
  ['a.c', 'abc', false],
  ['a.c', 'a.c', true],
  ['[ab]*', 'a1', false],
])('the name %s is about %s: %s', (pattern, name, expected) => {
  const file = `${host}[[intent.for]]\nname = "${pattern}"\nmax_pause = "7s"\n`
  expect(intentOf(name, {}, file).intent.maxPauseMs === 7000).toBe(expected)
})

describe('a file without an intent has none, and one that cannot be read is complained of with its place', () => {
  test('none', () => expect(readConfigFile(host, 'f').intent).toBeNull())

  test.each([
    ['[intent]\nmax_pause = "long"', /^f\.toml: line 4, column 1: intent\.max_pause: .*long/],
    ['[intent]\nmax-pause = "1s"', /^f\.toml: line 4, column 1: intent: .*max-pause/],
    ['[intent]\nmax_slowdown = true', /^f\.toml: line 4, column 1: intent\.max_slowdown: a percentage/],
    ['[[intent.for]]\nname = "x"\npreset = "rude"', /^f\.toml: line 5, column 1: intent\.for\[0\]\.preset: "rude"/],
    ['[[intent.for]]\npreset = "gentle"', /^f\.toml: line 3, column 1: intent\.for\[0\]: .*label or name/],
  ])('%s', (intent, message) => {
    expect(() => readConfigFile(`${host}${intent}\n`, 'f.toml')).toThrow(message)
  })
})
