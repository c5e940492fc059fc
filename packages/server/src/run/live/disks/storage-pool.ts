import type { StoragePool } from '@landfall/libvirt'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { Volumes } from './destination-disks.ts'
import { isMissing } from '../../../plan/disks/local-disk-facts.ts'

/** A host's volumes by libvirt's calls. */
export function volumesOf(session: HostSession): Volumes {
  const poolNamed = async (name: string): Promise<StoragePool> => {
    const connection = await session.connection()
    return connection.storagePoolLookupByName(name)
  }
  return {
    allocatedBytes: async (pool, volume) => {
      const found = await poolNamed(pool)
      // A pool knows the files that were there when it looked last; libvirt makes a qcow2 file over one that it does not know.
      await found.refresh()
      try {
        return (await (await found.storageVolLookupByName(volume)).getInfo()).allocationBytes
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    make: async (pool, xml) => {
      await (await poolNamed(pool)).storageVolCreateXML(xml)
    },
    remove: async (pool, volume) => {
      await (await (await poolNamed(pool)).storageVolLookupByName(volume)).delete()
    },
  }
}
