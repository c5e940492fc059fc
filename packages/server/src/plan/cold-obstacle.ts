import type { Finding } from '@landfall/api'
import type { DomainDescription } from '@landfall/libvirt'

/**
 * Why a guest must not be moved cold, in words; null where nothing speaks against it. libvirt moves the state of an emulated
 * TPM with a running guest only: started elsewhere from its definition it has an empty one, and removing the definition that
 * is left behind removes the only state there is (qemuTPMEmulatorCleanupHost). Pure.
 */
export function coldObstacle({ tpms }: Pick<DomainDescription, 'tpms'>): string | null {
  return tpms.some(({ backend }) => backend === 'emulator')
    ? 'the state of its emulated TPM moves only with a running guest, and would be lost'
    : null
}

/** For a cold migration: the firmware's variables are a file of the source's, and stay there. Null for a guest without. Pure. */
export function firmwareFinding(
  { name, nvramPath }: Pick<DomainDescription, 'name' | 'nvramPath'>,
  source: string,
  destination: string,
): Finding | null {
  if (nvramPath === undefined) return null
  return {
    code: 'firmware-variables',
    severity: 'warning',
    message: `the firmware variables of ${name} (${nvramPath}) stay on ${source}: on ${destination} it starts with new ones`,
    next: `If it needs its boot entries, copy that file to ${destination} first, or move it live`,
  }
}
