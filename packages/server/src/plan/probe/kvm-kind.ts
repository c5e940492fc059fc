import type { KvmKind } from '@landfall/core'
import type { HostCapabilities } from '@landfall/libvirt'

/**
 * What a host's KVM rests on, by the features that libvirt tells of its processor beyond those of its model. A machine that is a guest
 * itself has `hypervisor` among them. Intel's models do not include VMX, so that its absence there tells; AMD's may include SVM.
 */
export function kvmKindOf({ cpuVendor, cpuFeatures }: Pick<HostCapabilities, 'cpuVendor' | 'cpuFeatures'>): KvmKind {
  const has = (feature: string): boolean => cpuFeatures.includes(feature)
  if (has('vmx') || has('svm')) return has('hypervisor') ? 'nested' : 'hardware'
  return cpuVendor === 'Intel' && has('hypervisor') ? 'software' : 'unknown'
}
