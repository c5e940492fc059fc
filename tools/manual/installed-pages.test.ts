import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { installedPages, pagesOfDocs } from './installed-pages.ts'

const pages = {
  'cli.md':
    'See [drains](drain.md#limits), [`--json` [1]](#json), [the bench](../bench/README.md) and [a site](https://example.org/x.md).\n',
  'operate.md': '![a picture](shot.png)\nWhat to do: [runbooks](runbooks/).\n',
  'drain.md': 'Back to [all commands](cli.md); [measured](notes/drains.md).\n',
  'notes/drains.md': 'Measured.\n',
  'bench.md': 'Nothing leads here.\n',
  'runbooks/silent.md': 'As [there](../operate.md), or [the first steps](../../README.md#try-it).\n',
}

test('pages that are reached from the first ones are installed, without pictures and links that lead nowhere', () => {
  const installed = installedPages(new Map(Object.entries(pages)))
  expect(Object.fromEntries(installed)).toEqual({
    'cli.md':
      'See [drains](drain.md#limits), [`--json` [1]](#json), the bench and [a site](https://example.org/x.md).\n',
    'operate.md': 'What to do: [runbooks](runbooks/).\n',
    'drain.md': 'Back to [all commands](cli.md); measured.\n',
    'runbooks/silent.md': 'As [there](../operate.md), or the first steps.\n',
  })
})

test('every link of the pages that are installed leads to one of them', () => {
  const installed = installedPages(pagesOfDocs())
  expect([...installed.keys()]).toEqual(
    expect.arrayContaining(['openstack.md', 'drain.md', 'runbooks/service-down.md']),
  )
  const links = Array.from(installed).flatMap(([page, text]) =>
    Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, to = '']) => ({ page, to })),
  )
  const broken = links.filter(({ page, to }) => {
    const [file = ''] = to.split('#')
    const target = posix.join(posix.dirname(page), file)
    const isThere = target.endsWith('/')
      ? [...installed.keys()].some((each) => each.startsWith(target))
      : installed.has(target)
    return !to.startsWith('https:') && file !== '' && !isThere
  })
  expect(broken).toEqual([])
})
