import { expect, test } from 'vitest'
import { postCopyRecovery } from './post-copy-recovery.ts'

test.each([
  ['the ones that were seen to resume', 9_000_000, 9_000_000, true],
  ['the newer ones that were seen to resume', 12_008_000, 12_008_000, true],
  ['a destination that was seen to die', 11_003_000, 11_003_000, false],
  ['a destination between those that were tried', 11_009_000, 11_009_000, false],
  ['a source that only sends', 11_003_000, 12_008_000, true],
  ['a daemon that does not know the flag', 8_004_000, 9_000_000, false],
])('%s', (_case, source, destination, possible) => {
  expect(postCopyRecovery(source, destination).possible).toBe(possible)
})
