import { posix } from 'node:path'

/** Folders at the top of a package that are its makers': tests, benchmarks, pages, tools. */
const foldersOfMakers = new Set(['benchmarks', 'docs', 'examples', 'fixtures', 'scripts', 'specs', 'test', 'tests'])

/** Files there, without their ending. */
const filesOfMakers = new Set([
  'bench',
  'benchmark',
  'check',
  'cname',
  'contributing',
  'eslint.config',
  'example',
  'favicon',
  'gruntfile',
  'index.test-d',
  'makefile',
  'security',
  'test',
  'tsconfig',
])

/** Types and maps: for compilers and debuggers. */
const endingsOfMakers = /\.(?:[cm]?ts|map|sh|html)$/

/**
 * Whether a file of an npm package is needed to run a program that uses it. Licences and READMEs stay: some packages have
 * their licence in their README alone.
 *
 * @param path within the package, with `/` between folders
 */
export function neededToRun(path: string): boolean {
  const [first = '', ...below] = path.split('/')
  if ([first, ...below].some((name) => name.startsWith('.'))) return false
  if (below.length > 0) return !foldersOfMakers.has(first) && !endingsOfMakers.test(path)
  return !filesOfMakers.has(posix.parse(first.toLowerCase()).name) && !endingsOfMakers.test(path)
}
