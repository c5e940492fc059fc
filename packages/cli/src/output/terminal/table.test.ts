import { expect, test } from 'vitest'
import { table } from './table.ts'

test('columns are as wide as their widest cell and numbers stand right', () => {
  expect(
    table(
      [{ title: 'host' }, { title: 'free', align: 'right' }],
      [
        ['host1', '1 GiB'],
        ['a', '12 GiB'],
      ],
    ),
  ).toEqual(['host     free', 'host1   1 GiB', 'a      12 GiB'])
})

test('styles do not count as width', () => {
  expect(table([{ title: 'a' }, { title: 'b' }], [['\u001B[1mxy\u001B[22m', 'z']])[1]).toBe('\u001B[1mxy\u001B[22m  z')
})
