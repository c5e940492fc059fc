import type { HostSession } from '../hosts/host-session.ts'
import type { Connection, Domain } from '@landfall/libvirt'
import { LibvirtClientError } from '@landfall/libvirt'

/** A connection with those answers, which can be lost (by `close`) and hears of nothing; a call that it does not know fails the test. */
export function fakeConnection(answers: object): Connection {
  const lost = new Set<(by: LibvirtClientError) => void>()
  const plain = {
    isClosed: false,
    assertOpen: () => undefined,
    onClose: (handler: (by: LibvirtClientError) => void) => lost.add(handler),
    close: async () => {
      for (const handler of lost) handler(new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'the connection was lost'))
      lost.clear()
    },
    domainEventRegisterAny: () => Promise.resolve({ deregister: () => Promise.resolve() }),
  }
  // Only what is asked in a test is there.
  return Object.create(plain, Object.getOwnPropertyDescriptors(answers))
}

/** A host that runs that guest, or has only a definition of it. For tests. */
export const hostPlacing = (uuid: string, name: string, runs: boolean): HostSession =>
  ({
    host: { name },
    connection: async () =>
      fakeConnection({
        domainLookupByUUID: async () =>
          ({ uuid, isActive: async () => runs, getXMLDesc: async () => '<domain/>' }) as unknown as Domain,
      }),
    // Nothing else of a session is asked.
  }) as unknown as HostSession
