// Writes the pages of docs/ that an installed program's reader needs, without pictures and without links to what is not installed:
//   node tools/manual/installed-pages.ts FOLDER

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { repository } from '../packing/places.ts'

/** From these every other one is reached. */
const first = ['cli.md', 'operate.md']

const picture = /!\[[^\]]*\]\([^)]*\)\n?/g
const link = /\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g

/** Notes of measurements are for who works on the program. */
const isForReaders = (path: string): boolean => path.endsWith('.md') && !path.startsWith('notes/')

/** What a link of that page leads to, from docs/. */
function targetOf(page: string, to: string): string {
  const [file = ''] = to.split('#')
  return file === '' ? page : posix.join(posix.dirname(page), file)
}

/** A link leads to one page, or to all of a folder. */
const leadsTo = (target: string, path: string): boolean =>
  path === target || (target.endsWith('/') && path.startsWith(target))

/**
 * The first pages and those that they lead to.
 *
 * @param pages all of docs/, by their paths in it
 */
export function installedPages(pages: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const waiting = [...first]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = pages.get(path)?.replaceAll(picture, '')
    if (text === undefined || found.has(path)) continue
    found.set(path, text)
    for (const [, , to = ''] of text.matchAll(link)) {
      const target = targetOf(path, to)
      waiting.push(...[...pages.keys()].filter((each) => isForReaders(each) && leadsTo(target, each)))
    }
  }
  const isThere = (target: string): boolean => [...found.keys()].some((path) => leadsTo(target, path))
  const linked = (path: string, text: string): string =>
    text.replaceAll(link, (whole, words: string, to: string) =>
      to.includes('://') || isThere(targetOf(path, to)) ? whole : words,
    )
  return new Map(Array.from(found, ([path, text]) => [path, linked(path, text)]))
}

/** Every page of docs/. */
export function pagesOfDocs(): ReadonlyMap<string, string> {
  const docs = join(repository, 'docs')
  const paths = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'))
  return new Map(paths.map((path) => [path, readFileSync(join(docs, path), 'utf8')]))
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('usage: node tools/manual/installed-pages.ts FOLDER')
    process.exit(2)
  }
  for (const [path, text] of installedPages(pagesOfDocs())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
