import { UndefineFlag } from '@landfall/libvirt'

/** What a definition brings along stays where it is: the other host opens the same volumes. */
export const undefineFlags = UndefineFlag.MANAGED_SAVE | UndefineFlag.KEEP_NVRAM
