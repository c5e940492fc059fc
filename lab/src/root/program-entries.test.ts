import { expect, test } from 'vitest'

import { librariesOf } from './program-entries.ts'

test('a program is put into a guest with the libraries that its loader names, and not with what the kernel has', () => {
  const listed = `	linux-vdso.so.1 (0x00007f538ada4000)
	libjemalloc.so.2 => /usr/lib/x86_64-linux-gnu/libjemalloc.so.2 (0x00007f538a8d2000)
	libc.so.6 => /usr/lib/x86_64-linux-gnu/libc.so.6 (0x00007f5389a0c000)
`
  expect(librariesOf(listed)).toEqual([
    '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
    '/usr/lib/x86_64-linux-gnu/libc.so.6',
  ])
})
