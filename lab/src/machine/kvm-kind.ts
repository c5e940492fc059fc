import { readdirSync, readFileSync } from 'node:fs'

/** What a machine's KVM rests on: the processor's own virtualization (Intel's VMX, AMD's SVM), or software alone (PVM). */
export type KvmKind = 'vmx' | 'svm' | 'software'

const modulesOf: Readonly<Record<string, KvmKind>> = { kvm_intel: 'vmx', kvm_amd: 'svm' }

/** Decides it from the names of the loaded kernel modules and the processor's flags. */
export function kvmKind(modules: readonly string[], cpuFlags: readonly string[]): KvmKind {
  for (const module of modules) {
    const kind = modulesOf[module]
    if (kind !== undefined) return kind
  }
  // A KVM that is built into the kernel, and has no settings, is seen by its processor alone.
  if (modules.some((module) => module === 'kvm_pvm')) return 'software'
  return cpuFlags.includes('vmx') ? 'vmx' : cpuFlags.includes('svm') ? 'svm' : 'software'
}

/** What KVM this machine has; asked only where there is a /dev/kvm. */
export function machineKvmKind(): KvmKind {
  const flags = /^flags\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
  return kvmKind(readdirSync('/sys/module'), flags.split(' '))
}

/** In words: `software KVM (PVM)`. */
export function kvmWords(kind: KvmKind): string {
  return kind === 'software' ? 'software KVM (PVM)' : `hardware KVM (${kind.toUpperCase()})`
}
