import { expect, test } from 'vitest'
import { emittedModules } from './emitted-modules.ts'

const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    files[path] ?? null

const emitted = {
  'index.js': "export { a } from './rooms/a.js';\n//# sourceMappingURL=index.js.map",
  'index.d.ts': 'export { a } from \'./rooms/a.ts\';\nexport type { T } from "./types.ts";\n',
  'rooms/a.js': "import '../side.js';\nexport const a = () => import('./late.js');\n",
  'rooms/a.d.ts': 'export declare const a: () => Promise<typeof import("./late.ts")>;\n',
  'rooms/late.js': 'export const late = 1;\n',
  'rooms/late.d.ts': 'export declare const late = 1;\n',
  'side.js': 'export {};\n',
  'side.d.ts': 'export {};\n',
  'types.js': 'export {};\n',
  'types.d.ts': 'export type T = 1;\n',
  'index.test.js': "import './index.js';\n",
  'index.test.d.ts': 'export {};\n',
}

test('what the entries import is carried, of whatever form the import is; tests are not', () => {
  expect([...emittedModules(['index'], reader(emitted)).keys()].toSorted()).toEqual(
    Object.keys(emitted)
      .filter((path) => !path.includes('.test.'))
      .toSorted(),
  )
})

test('declarations name JavaScript files, as every compiler can follow', () => {
  const files = emittedModules(['index'], reader(emitted))
  expect(files.get('index.d.ts')).toBe('export { a } from \'./rooms/a.js\';\nexport type { T } from "./types.js";\n')
  expect(files.get('rooms/a.d.ts')).toContain('import("./late.js")')
})

test('nothing points to a map of sources that are not published', () => {
  expect(emittedModules(['index'], reader(emitted)).get('index.js')).toBe("export { a } from './rooms/a.js';\n")
})

test('a module that the compiler did not write is an error', () => {
  expect(() => emittedModules(['gone'], reader(emitted))).toThrow('the compiler wrote no gone.js')
})

test('an import from outside of src/ is an error', () => {
  const outside = { 'index.js': "import '../../suite/a.js'\n", 'index.d.ts': '' }
  expect(() => emittedModules(['index'], reader(outside))).toThrow(/index imports .* not in src/)
})
