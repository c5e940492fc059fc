import { describe, expect, it } from 'vitest'
import { encodeMessage } from '../src/rpc/message.ts'
import { XdrWriter } from '../src/xdr/xdr-writer.ts'
import { remote } from '../src/testing/fake-libvirtd.ts'
import { failure, openSession, settle } from './session.ts'

const header = { program: 0x20008086, version: 1, procedure: 59, type: 1, serial: 6, status: 0 }

describe('a connection that is lost', () => {
  it('rejects every pending and queued call and tells why, once', async () => {
    const { daemon, connection, client } = await openSession()
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    const told: unknown[] = []
    connection.onClose((error) => told.push(error))
    const calls = Array.from({ length: 9 }, () => failure(connection.getHostname()))
    await settle()
    client.drop()
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({
        code: 'LIBVIRT_CONNECTION_LOST',
        message: expect.stringContaining('CONNECT_GET_HOSTNAME: '),
      })
    }
    expect(told).toEqual([expect.objectContaining({ code: 'LIBVIRT_CONNECTION_LOST' })])
    expect(connection.isClosed).toBe(true)
    expect(connection.load).toMatchObject({ inFlight: 0, queued: 0 })
    expect(await failure(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
  })

  it('tells also who asks too late', async () => {
    const { connection, client } = await openSession()
    client.drop()
    await settle()
    const told: unknown[] = []
    connection.onClose((error) => told.push(error))
    await settle()
    expect(told).toEqual([expect.objectContaining({ code: 'LIBVIRT_CONNECTION_LOST' })])
  })

  it('counts as lost when the daemon says that its hypervisor driver is gone', async () => {
    const { connection, client } = await openSession()
    client.sendEvent(remote.connectEventConnectionClosed, { reason: 1 })
    await settle()
    expect(await failure(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
  })

  it('closed by its owner says so, and closes once', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    const pending = failure(connection.getHostname())
    const told: unknown[] = []
    connection.onClose((error) => told.push(error))
    await settle()
    await connection.close()
    await connection.close()
    expect(await pending).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' })
    expect(await failure(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' })
    expect(told).toEqual([undefined])
    expect(daemon.callsOf(remote.connectClose)).toHaveLength(1)
  })

  it('is closed even when the daemon does not say goodbye', async () => {
    const { connection, client, clock } = await openSession()
    client.mute()
    const closed = connection.close()
    await settle()
    clock.advance(1000)
    await closed
    expect(connection.isClosed).toBe(true)
  })
})

describe('bytes that are not the protocol close the connection with LIBVIRT_BAD_BYTES', () => {
  const wrong: Readonly<Record<string, Uint8Array>> = {
    'a length below the header’s': Buffer.from('00000010', 'hex'),
    'a length beyond the limit': Buffer.from('7fffffff', 'hex'),
    'another protocol': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'an unknown program': encodeMessage({ ...header, program: 0x11112222 }),
    'an unknown version': encodeMessage({ ...header, version: 2 }),
    'a call from the server': encodeMessage({ ...header, type: 0 }),
    'a type that does not exist': encodeMessage({ ...header, type: 77 }),
    'a reply to another procedure': encodeMessage({ ...header, procedure: 60 }),
    'a reply with a status that does not exist': encodeMessage({ ...header, status: 9 }),
    'a reply that ends early': encodeMessage(header, (writer: XdrWriter) => writer.u32(400)),
    'a reply with bytes left over': encodeMessage(header, (writer: XdrWriter) => writer.string('host1').u32(0)),
    'an error that ends early': encodeMessage({ ...header, status: 1 }, (writer: XdrWriter) => writer.u32(1)),
    'an event that ends early': encodeMessage({ ...header, procedure: 318, type: 2, serial: 0 }),
  }

  it.each(Object.keys(wrong))('%s', async (name) => {
    const { daemon, connection, client } = await openSession()
    daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
    const pending = failure(connection.getHostname())
    await settle()
    // The serial that the messages above were made for.
    expect(daemon.calls.at(-1)?.serial).toBe(header.serial)
    client.write(wrong[name] ?? new Uint8Array())
    expect(await pending).toMatchObject({ code: 'LIBVIRT_BAD_BYTES' })
    expect(connection.isClosed).toBe(true)
    await settle()
    expect(client.isClosed).toBe(true)
  })
})
