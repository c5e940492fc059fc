import type { Connection } from '@landfall/libvirt'

/** A connection with those answers, which can be closed and hears of nothing; a call that it does not know fails the test. */
export function fakeConnection(answers: object): Connection {
  const closed = new Set<() => void>()
  const plain = {
    isClosed: false,
    assertOpen: () => undefined,
    onClose: (handler: () => void) => closed.add(handler),
    close: async () => {
      for (const handler of closed) handler()
      closed.clear()
    },
    domainEventRegisterAny: () => Promise.resolve({ deregister: () => Promise.resolve() }),
  }
  // Only what is asked in a test is there.
  return Object.create(plain, Object.getOwnPropertyDescriptors(answers))
}
