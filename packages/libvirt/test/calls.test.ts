import { describe, expect, it } from 'vitest'
import { LibvirtError, connect } from '../src/index.ts'
import { encodeMessage } from '../src/rpc/message.ts'
import { DaemonError, FakeLibvirtd, remote } from '../src/testing/fake-libvirtd.ts'
import { deferred, failure, guest, openSession, settle } from './session.ts'
import type { Session } from './session.ts'

const named = (name: string): { dom: typeof guest } => ({ dom: { ...guest, name } })

describe('calls', () => {
  it('opens a session in the order of libvirt’s own client', async () => {
    await using daemon = new FakeLibvirtd()
    await using connection = await connect('qemu+tcp://host1/system', {
      transport: daemon.transport,
      keepalive: false,
    })
    expect(connection.uri).toBe('qemu+tcp://host1/system')
    expect(daemon.calls.map(({ name }) => name)).toEqual([
      'AUTH_LIST',
      'CONNECT_SUPPORTS_FEATURE',
      'CONNECT_OPEN',
      'CONNECT_GET_LIB_VERSION',
      'CONNECT_REGISTER_CLOSE_CALLBACK',
    ])
    expect(daemon.callsOf(remote.connectOpen)).toEqual([{ name: 'qemu:///system', flags: 0 }])
  })

  it('match replies that come out of order', async () => {
    const { daemon, connection } = await openSession()
    const first = deferred<undefined>()
    daemon.respond(remote.domainLookupByName, async ({ name }) => {
      if (name === 'slow') await first.promise
      return named(name)
    })
    const slow = connection.domainLookupByName('slow')
    const quick = await connection.domainLookupByName('quick')
    expect(quick.name).toBe('quick')
    first.resolve(undefined)
    expect((await slow).name).toBe('slow')
  })

  it('keep every field of the daemon’s error', async () => {
    const { daemon, connection } = await openSession()
    const fields = {
      number: 42,
      domain: 10,
      level: 2,
      str1: 'Domain not found: %s',
      str2: 'no domain',
      str3: 'x',
      int1: 5,
      int2: -1,
    }
    daemon.respond(remote.domainLookupByName, () => {
      throw new DaemonError('VIR_ERR_NO_DOMAIN', 'Domain not found: no domain', fields)
    })
    const error = await failure(connection.domainLookupByName('nobody'))
    expect(error).toBeInstanceOf(LibvirtError)
    expect(error).toMatchObject({
      message: 'Domain not found: no domain',
      code: 'VIR_ERR_NO_DOMAIN',
      number: 42,
      domain: 10,
      domainName: 'VIR_FROM_QEMU',
      level: 'error',
      str1: 'Domain not found: %s',
      str2: 'no domain',
      str3: 'x',
      int1: 5,
      int2: -1,
      procedure: 'DOMAIN_LOOKUP_BY_NAME',
    })
  })

  it('name an error that is newer than this client by its number', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.connectGetHostname, () => {
      throw new DaemonError('', 'from the future', { number: 4711, domain: 815 })
    })
    expect(await failure(connection.getHostname())).toMatchObject({ code: 'VIR_ERR_4711', domainName: 'VIR_FROM_815' })
  })

  it('that are newer than the daemon are refused with the version that has them', async () => {
    const { daemon, connection } = await openSession({}, { libVersion: 8_004_000 })
    const domain =
      (daemon.respond(remote.domainLookupByName, ({ name }) => named(name)), await connection.domainLookupByName('a'))
    const error = await failure(domain.abortJob(1))
    expect(error).toMatchObject({
      code: 'LIBVIRT_UNSUPPORTED',
      message: 'DOMAIN_ABORT_JOB_FLAGS needs libvirt 8.5.0; qemu:///system has 8.4.0',
    })
    expect(daemon.callsOf(remote.domainAbortJobFlags)).toEqual([])
  })

  it('ignore a reply that belongs to no call', async () => {
    const { daemon, connection, client } = await openSession()
    daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
    client.write(encodeMessage({ program: 0x20008086, version: 1, procedure: 1, type: 1, serial: 9999, status: 0 }))
    expect(await connection.getHostname()).toBe('host1')
  })
})

describe('the limit of calls outstanding', () => {
  it('sends four and queues the rest, in order', async () => {
    const { daemon, connection } = await openSession()
    const gate = deferred<undefined>()
    daemon.respond(remote.domainLookupByName, async ({ name }) => {
      await gate.promise
      return named(name)
    })
    const calls = Array.from({ length: 10 }, (_, index) => connection.domainLookupByName(`g${index}`))
    await settle()
    expect(connection.load).toMatchObject({ inFlight: 4, queued: 6 })
    expect(daemon.callsOf(remote.domainLookupByName).map(({ name }) => name)).toEqual(['g0', 'g1', 'g2', 'g3'])
    gate.resolve(undefined)
    expect((await Promise.all(calls)).map(({ name }) => name)).toEqual(
      Array.from({ length: 10 }, (_, index) => `g${index}`),
    )
    expect(connection.load).toMatchObject({ inFlight: 0, queued: 0 })
  })

  it('leaves a place for short calls beside long ones', async () => {
    const { daemon, connection } = await openSession()
    const gate = deferred<undefined>()
    daemon.respond(remote.domainLookupByName, ({ name }) => named(name))
    daemon.respond(remote.domainMigratePerform3Params, async () => {
      await gate.promise
      return { cookieOut: new Uint8Array() }
    })
    const domain = await connection.domainLookupByName('guest1')
    const migrations = Array.from({ length: 5 }, () => domain.migrateToURI3('qemu+tcp://host2/system', {}, 3))
    await settle()
    expect(connection.load).toMatchObject({ inFlight: 3, queued: 2 })
    expect((await connection.domainLookupByName('other')).name).toBe('other')
    gate.resolve(undefined)
    await Promise.all(migrations)
  })

  it('keeps the place of a call that its caller gave up, until the daemon answers', async () => {
    const { daemon, connection, clock } = await openSession()
    const gate = deferred<undefined>()
    daemon.respond(remote.connectGetHostname, async () => {
      await gate.promise
      return { hostname: 'host1' }
    })
    const calls = Array.from({ length: 4 }, () => failure(connection.getHostname({ timeoutMs: 1000 })))
    const queued = connection.getHostname()
    await settle()
    clock.advance(1000)
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' })
    expect(connection.load).toMatchObject({ inFlight: 4, queued: 1 })
    gate.resolve(undefined)
    expect(await queued).toBe('host1')
    expect(connection.load).toMatchObject({ inFlight: 0, queued: 0 })
  })
})

/** Four calls that are never answered, and have been given up. */
const stuck = async (): Promise<Session> => {
  const session = await openSession()
  session.daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
  const calls = Array.from({ length: 4 }, () => failure(session.connection.getHostname({ timeoutMs: 1000 })))
  await settle()
  session.clock.advance(1000)
  await Promise.all(calls)
  return session
}

describe('a connection all of whose places are held by calls that were given up', () => {
  it('is closed once another has waited for one of them in vain, for it would never carry one again', async () => {
    const { connection, clock } = await stuck()
    const [first, second] = [failure(connection.getType({ timeoutMs: 2000 })), failure(connection.getType())]
    await settle()
    clock.advance(2000)
    expect(await first).toMatchObject({
      code: 'LIBVIRT_TIMEOUT',
      message: 'CONNECT_GET_TYPE: was not sent within 2000 ms: the daemon has not answered the 4 calls before it',
    })
    expect(await second).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
    expect(connection.isClosed).toBe(true)
  })

  it('is left open where that one stopped waiting by itself', async () => {
    const { connection } = await stuck()
    const stop = new AbortController()
    const call = failure(connection.getType({ signal: stop.signal }))
    await settle()
    stop.abort()
    expect(await call).toMatchObject({ code: 'LIBVIRT_ABORTED' })
    expect(connection.isClosed).toBe(false)
  })

  it('is left open while somebody waits for one of them', async () => {
    const { daemon, connection, clock } = await openSession()
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    const calls = [1000, 1000, 1000, 30_000].map((timeoutMs) => failure(connection.getHostname({ timeoutMs })))
    const queued = failure(connection.getType({ timeoutMs: 2000 }))
    await settle()
    clock.advance(2000)
    expect(await queued).toMatchObject({ code: 'LIBVIRT_TIMEOUT' })
    expect(connection.isClosed).toBe(false)
    clock.advance(28_000)
    await Promise.all(calls)
  })
})

describe('waiting', () => {
  it('ends after the call’s own time', async () => {
    const { daemon, connection, clock } = await openSession()
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    const error = failure(connection.getHostname({ timeoutMs: 500 }))
    await settle()
    clock.advance(499)
    await settle()
    expect(connection.load.inFlight).toBe(1)
    clock.advance(1)
    expect(await error).toMatchObject({
      code: 'LIBVIRT_TIMEOUT',
      message: expect.stringContaining('CONNECT_GET_HOSTNAME'),
    })
    expect(connection.isClosed).toBe(false)
  })

  it('ends after 40 s by default, but never for a migration', async () => {
    const { daemon, connection, clock, client } = await openSession()
    daemon.respond(remote.domainLookupByName, ({ name }) => named(name))
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    daemon.respond(remote.domainMigratePerform3Params, () => new Promise(() => {}))
    const domain = await connection.domainLookupByName('guest1')
    const migration = failure(domain.migrateToURI3('qemu+tcp://host2/system', {}, 3))
    const call = failure(connection.getHostname())
    await settle()
    for (let second = 0; second < 40; second++) {
      clock.advance(1000)
      await settle()
    }
    expect(await call).toMatchObject({ code: 'LIBVIRT_TIMEOUT' })
    for (let minute = 0; minute < 60; minute++) {
      for (let step = 0; step < 12; step++) {
        clock.advance(5000)
        await settle()
      }
    }
    expect(connection.load.inFlight).toBe(2)
    client.drop()
    expect(await migration).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
  })

  it('ends when the caller’s signal fires, also in the queue', async () => {
    const { daemon, connection } = await openSession({ maxInFlight: 1 })
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    const reason = new Error('enough')
    const sent = new AbortController()
    const queued = new AbortController()
    const first = failure(connection.getHostname({ signal: sent.signal }))
    const second = failure(connection.getHostname({ signal: queued.signal }))
    await settle()
    queued.abort(reason)
    expect(await second).toMatchObject({ code: 'LIBVIRT_ABORTED', cause: reason })
    expect(connection.load).toMatchObject({ inFlight: 1, queued: 0 })
    sent.abort(reason)
    expect(await first).toMatchObject({ code: 'LIBVIRT_ABORTED', cause: reason })
    expect(await failure(connection.getHostname({ signal: sent.signal }))).toMatchObject({ code: 'LIBVIRT_ABORTED' })
  })
})
