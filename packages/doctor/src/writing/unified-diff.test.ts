import { expect, test } from 'vitest'
import { unifiedDiff } from './unified-diff.ts'

/** What patch(1) makes of a text by a diff of one hunk. */
function patched(before: string, [, , place = '', ...lines]: readonly string[]): string {
  const [, from = '', length = ''] = /^@@ -(\d+),(\d+) /.exec(place) ?? []
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const start = Number(length) === 0 ? Number(from) : Number(from) - 1
  const side = (sign: string): string[] =>
    lines.flatMap((line, index) => {
      if (line[0] !== ' ' && line[0] !== sign) return []
      return [line.slice(1) + (lines[index + 1]?.startsWith('\\') === true ? '' : '\n')]
    })
  expect(old.slice(start, start + Number(length))).toEqual(side('-'))
  return [...old.slice(0, start), ...side('+'), ...old.slice(start + Number(length))].join('')
}

const numbered = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('')

test.each([
  ['one line in the middle', numbered(20), numbered(20).replace('line 9\n', 'line nine\n')],
  ['a line at the end', numbered(9), `${numbered(9)}more\n`],
  ['a line at the beginning', numbered(9), `more\n${numbered(9)}`],
  ['no newline at the end, before and after', 'a\nb', 'a\nc'],
  ['a newline that was not there', 'a\nb', 'a\nb\nc'],
  ['ends of lines as Windows has them', 'a\r\nb\r\n', 'a\r\nc\r\n'],
  ['all of it', 'a\n', 'b\n'],
  ['into an empty file', '', 'b\n'],
])('%s: patch makes the new text of the old', (_what, before, after) => {
  expect(patched(before, unifiedDiff('file', before, after))).toBe(after)
})

test('no change is no diff; a new file comes from nowhere', () => {
  expect(unifiedDiff('f', 'a\n', 'a\n')).toEqual([])
  expect(unifiedDiff('f', null, 'a\n')).toEqual(['--- /dev/null', '+++ f', '@@ -0,0 +1,1 @@', '+a'])
})

test('three lines around it, no more', () => {
  expect(unifiedDiff('f', numbered(9), numbered(9).replace('line 4', 'line x'))).toEqual([
    '--- f',
    '+++ f',
    '@@ -2,7 +2,7 @@',
    ' line 1',
    ' line 2',
    ' line 3',
    '-line 4',
    '+line x',
    ' line 5',
    ' line 6',
    ' line 7',
  ])
})

test('what it goes over has no secret in it', () => {
  const secrets = [
    'transport_url = rabbit://nova:geheim@mq',
    'password: geheim',
    '# memcache_secret_key=geheim',
    'url = http://nova:geheim@proxy/',
    'my_ip = 10.0.0.1',
  ]
  const text = (value: number): string => [`a = ${value}`, ...secrets, `z = ${value}`, ''].join('\n')
  const diff = unifiedDiff('nova.conf', text(1), text(2))
  expect(diff.join('\n')).not.toContain('geheim')
  expect(diff).toEqual(expect.arrayContaining(['+my_ip = 10.0.0.1', '-password: ***', '+z = 2']))
})

test('what is no secret is shown, also where its name has the word for one in it', () => {
  const [one, four] = [1, 4].map((value) => `[libvirt]\nlive_migration_parallel_connections = ${value}\n`)
  expect(unifiedDiff('nova.conf', one ?? '', four ?? '').slice(-2)).toEqual([
    '-live_migration_parallel_connections = 1',
    '+live_migration_parallel_connections = 4',
  ])
  expect(unifiedDiff('nova.conf', 'connection = a\n', 'connection = b\n').slice(-2)).toEqual([
    '-connection = ***',
    '+connection = ***',
  ])
})
