import { expect, test } from 'vitest'
import { kvmKindOf } from './kvm-kind.ts'

test.each([
  ['hardware', 'Intel', ['vmx', 'ds']],
  ['hardware', 'AMD', ['svm', 'npt']],
  ['nested', 'Intel', ['vmx', 'hypervisor']],
  ['nested', 'AMD', ['svm', 'hypervisor']],
  ['software', 'Intel', ['hypervisor', 'avx512f']],
  ['unknown', 'AMD', ['hypervisor']],
  ['unknown', 'Intel', []],
  ['unknown', undefined, []],
] as const)('%s: a processor of %s with %j', (kind, cpuVendor, cpuFeatures) => {
  expect(kvmKindOf({ cpuVendor, cpuFeatures })).toBe(kind)
})
