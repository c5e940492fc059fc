import { Domain, Network, Secret, StoragePool, StorageVol } from '../../src/index.ts'
import type { Connection } from '../../src/index.ts'
import type { Procedure } from '../../src/protocol/procedure.ts'
import { remote } from '../../src/testing/fake-libvirtd.ts'
import { guest, openSession } from '../session.ts'
import type { Session } from '../session.ts'

export const pool = { name: 'pool1', uuid: '1c1b9f40-9a67-4a8a-a9c4-0d7c9f0e1a01' }
export const vol = { pool: 'pool1', name: 'vol1', key: '/pool1/vol1' }
export const net = { name: 'net1', uuid: '1c1b9f40-9a67-4a8a-a9c4-0d7c9f0e1a02' }
export const secret = { uuid: '1c1b9f40-9a67-4a8a-a9c4-0d7c9f0e1a03', usageType: 2, usageID: 'client.one' }

export interface Case {
  readonly name: string
  readonly expected: unknown
  readonly run: (session: Session) => Promise<{ readonly given: unknown; readonly sent: unknown }>
}

export const on = <Args, Ret>(
  procedure: Procedure<Args, Ret>,
  expectedArgs: NoInfer<Args>,
  answer: NoInfer<Ret>,
  ask: (subject: Subject) => Promise<unknown>,
  expected?: unknown,
): Case => ({
  name: procedure.name,
  expected: { given: expected, sent: expectedArgs },
  run: async ({ daemon, connection }) => {
    daemon.respond(procedure, () => answer)
    daemon.respond(remote.nodeGetCpuMap, () => ({ cpumap: new Uint8Array([0b101]), online: 2, ret: 3 }))
    const given = await ask(subjectOf(connection))
    // Where an object comes back, other cases look at what is in it.
    return { given: expected === undefined ? undefined : given, sent: daemon.callsOf(procedure).at(-1) }
  },
})

export interface Subject {
  readonly c: Connection
  readonly d: Domain
  readonly p: StoragePool
  readonly v: StorageVol
  readonly n: Network
  readonly s: Secret
}

export const subjectOf = (c: Connection): Subject => ({
  c,
  d: new Domain(c, guest),
  p: new StoragePool(c, pool),
  v: new StorageVol(c, vol),
  n: new Network(c, net),
  s: new Secret(c, secret),
})

export const dom = guest
export const flags = 0
export const llong = (field: string, value: bigint): { field: string; type: 'llong'; value: bigint } => ({
  field,
  type: 'llong',
  value,
})

/** A session with a daemon that has every procedure. */
export const openSubject = (): Promise<Session> => openSession({}, { libVersion: 12_000_000 })
