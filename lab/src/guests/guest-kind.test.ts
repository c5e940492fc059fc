import { expect, test } from 'vitest'

import { chooseGuestKind } from './guest-kind.ts'

const softwareKvm = { rom: 'kvm', linux: 'tcg' } as const
const hardwareKvm = { rom: 'kvm', linux: 'kvm' } as const
const noKvm = { rom: 'tcg', linux: 'tcg' } as const

test.each([
  { asked: {}, accelerators: softwareKvm, kind: 'rom' },
  { asked: {}, accelerators: hardwareKvm, kind: 'linux' },
  { asked: {}, accelerators: noKvm, kind: 'linux' },
  { asked: { guest: 'rom' }, accelerators: noKvm, kind: 'rom' },
  { asked: { guest: 'linux' }, accelerators: softwareKvm, kind: 'linux' },
  { asked: { database: '80MiB' }, accelerators: softwareKvm, kind: 'linux' },
  { asked: { program: 'tcc' }, accelerators: softwareKvm, kind: 'linux' },
  { asked: { rewrite: 'mixed' }, accelerators: noKvm, kind: 'rom' },
  { asked: { burst: '3s/7s' }, accelerators: hardwareKvm, kind: 'rom' },
] as const)('$asked on $accelerators is a $kind guest', ({ asked, accelerators, kind }) => {
  expect(chooseGuestKind(asked, accelerators)).toBe(kind)
})

test.each([
  [{ guest: 'rom', database: '80MiB' }, 'a database needs the linux guest, not rom'],
  [{ guest: 'linux', pattern: 'drift' }, 'the pattern drift needs the rom guest, not linux'],
  [{ database: '80MiB', compute: 1000 }, 'no guest has a database and computing'],
] as const)('%o is refused', (asked, why) => {
  expect(() => chooseGuestKind(asked, softwareKvm)).toThrow(why)
})
