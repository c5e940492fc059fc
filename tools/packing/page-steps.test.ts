import { expect, test } from 'vitest'
import { pageSteps } from './page-steps.ts'

const fence = '```'
const block = (mark: string, language: string, text: string): string =>
  `${mark}\n\n${fence}${language}\n${text}\n${fence}\n`

test('marked blocks are steps under their heading, in their order; others are not', () => {
  const page = [
    '# Page\n\n## First\n',
    block('<!-- run -->', 'sh', 'apt install a\n\ncat b'),
    block('', 'sh', 'not tried'),
    block('<!-- file /etc/a.toml -->', 'toml', 'a = 1'),
    '### Second\n',
    block('<!-- run -->', 'sh', 'a'),
  ].join('\n')
  expect([...pageSteps(page)]).toEqual([
    [
      'First',
      [
        { kind: 'run', script: 'apt install a\n\ncat b\n' },
        { kind: 'write', path: '/etc/a.toml', text: 'a = 1\n' },
      ],
    ],
    ['Second', [{ kind: 'run', script: 'a\n' }]],
  ])
})

test('a mark without a block that can be run is an error, not a step left out', () => {
  expect(() => pageSteps('## A\n\n<!-- run -->\n\ntext\n')).toThrow('1 blocks are marked as steps, and 0 could be read')
  expect(() => pageSteps(`## A\n\n${block('<!-- run -->', 'toml', 'a = 1')}`)).toThrow('"toml" cannot be run')
})
