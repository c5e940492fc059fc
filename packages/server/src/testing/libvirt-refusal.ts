import { LibvirtError } from '@landfall/libvirt'

/**
 * An error as libvirt answers with, of which only its number and its words matter.
 *
 * @param number virErrorNumber @param domain virErrorDomain; 10 is QEMU, 7 is RPC
 */
export const libvirtRefusal = (number: number, message: string, procedure = 'FAKE', domain = 10): LibvirtError =>
  new LibvirtError(
    { number, domain, level: 2, message, str1: undefined, str2: undefined, str3: undefined, int1: 0, int2: 0 },
    procedure,
  )
