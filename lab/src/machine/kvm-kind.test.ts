import { expect, test } from 'vitest'

import { kvmKind, kvmWords } from './kvm-kind.ts'

test.each([
  { modules: ['kvm', 'kvm_intel'], flags: ['vmx'], kind: 'vmx' },
  { modules: ['kvm_amd', 'kvm'], flags: ['svm'], kind: 'svm' },
  { modules: ['kvm', 'kvm_pvm'], flags: ['hypervisor'], kind: 'software' },
  // A machine may have both: what the loaded module uses counts.
  { modules: ['kvm', 'kvm_pvm'], flags: ['hypervisor', 'vmx'], kind: 'software' },
  { modules: ['kvm'], flags: ['svm'], kind: 'svm' },
  { modules: [], flags: ['hypervisor'], kind: 'software' },
] as const)('$modules with $flags is $kind', ({ modules, flags, kind }) => {
  expect(kvmKind(modules, flags)).toBe(kind)
})

test('a software KVM is never called hardware', () => {
  expect(kvmWords('software')).toBe('software KVM (PVM)')
  expect(kvmWords('vmx')).toBe('hardware KVM (VMX)')
})
