import { expect, it } from 'vitest'
import { remote } from '../src/testing/fake-libvirtd.ts'
import { failure, openSession, settle } from './session.ts'

it('answers the daemon’s pings', async () => {
  const { client } = await openSession()
  client.ping()
  client.ping()
  await settle()
  expect(client.keepalives.pongs).toBe(2)
})

it('pings a silent daemon and stays as long as it answers', async () => {
  const { connection, client, clock } = await openSession()
  for (let interval = 0; interval < 20; interval++) {
    clock.advance(5000)
    await settle()
  }
  expect(client.keepalives.pings).toBeGreaterThanOrEqual(9)
  expect(connection.isClosed).toBe(false)
})

it('gives up a daemon that answers nothing for about 30 s', async () => {
  const { connection, client, clock } = await openSession()
  client.mute()
  clock.advance(25_000)
  await settle()
  expect(connection.isClosed).toBe(false)
  clock.advance(10_000)
  await settle()
  expect(connection.isClosed).toBe(true)
  expect(client.keepalives.pings).toBe(5)
  expect(await failure(connection.getHostname())).toMatchObject({
    code: 'LIBVIRT_CONNECTION_LOST',
    message: expect.stringContaining('silent'),
  })
})

it('counts any message as life', async () => {
  const { connection, client, clock } = await openSession()
  client.mute()
  for (let interval = 0; interval < 20; interval++) {
    clock.advance(5000)
    client.ping()
    await settle()
  }
  expect(connection.isClosed).toBe(false)
})

it('sends none when told so', async () => {
  const { client, clock } = await openSession({ keepalive: false })
  clock.advance(120_000)
  await settle()
  expect(client.keepalives.pings).toBe(0)
  expect(clock.pendingTimers).toBe(0)
})

it.each([
  [4, 1],
  [5, 0],
])('with %i calls outstanding, %i of the daemon’s pings is answered', async (maxInFlight, pongs) => {
  const { daemon, connection, client } = await openSession({ maxInFlight })
  daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
  const calls = Array.from({ length: 8 }, () => failure(connection.getHostname()))
  await settle()
  expect(connection.load.inFlight).toBe(maxInFlight)
  client.ping()
  await settle()
  // At five the daemon no longer reads.
  expect(client.keepalives.pongs).toBe(pongs)
  client.drop()
  await Promise.all(calls)
})
