import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { Domain, StorageVol } from '../src/index.ts'
import { maxStreamBytes } from '../src/rpc/rpc-stream.ts'
import { DaemonError, remote } from '../src/testing/fake-libvirtd.ts'
import type { FakeClient, FakeLibvirtd } from '../src/testing/fake-libvirtd.ts'
import { failure, guest, openSession, settle } from './session.ts'

const vol = { pool: 'pool1', name: 'vol1', key: '/pool1/vol1' }

interface Sent {
  readonly status: string
  readonly bytes: number
}

/** Notes what the client sends; a finished stream is confirmed, as libvirt does. */
const confirming = (daemon: FakeLibvirtd, procedure: Parameters<FakeClient['endStream']>[0]): Sent[] => {
  const sent: Sent[] = []
  daemon.onStream = ({ status, data, serial, client }) => {
    sent.push({ status, bytes: data.length })
    if (status === 'finish') client.endStream(procedure, serial)
  }
  return sent
}

/** A whole download, in two pieces. */
const sendOneTwo = (client: FakeClient, serial: number): void => {
  for (const text of ['one ', 'two', '']) client.sendStreamData(remote.storageVolDownload, serial, Buffer.from(text))
}

describe('a download', () => {
  it('gives the bytes that lie right behind the reply, and ends', async () => {
    const { daemon, connection } = await openSession()
    const sent = confirming(daemon, remote.storageVolDownload)
    daemon.respond(remote.storageVolDownload, (_, { client, serial }) => {
      queueMicrotask(() => sendOneTwo(client, serial))
      return undefined
    })
    const stream = await new StorageVol(connection, vol).download({ offsetBytes: 512, lengthBytes: 7 })
    expect((await buffer(stream)).toString()).toBe('one two')
    expect(daemon.callsOf(remote.storageVolDownload)).toEqual([{ vol, offset: 512n, length: 7n, flags: 0 }])
    await settle()
    expect(sent).toEqual([{ status: 'finish', bytes: 0 }])
  })

  it('loses nothing of what comes before the reply', async () => {
    const { daemon, connection } = await openSession()
    const sent = confirming(daemon, remote.storageVolDownload)
    daemon.respond(remote.storageVolDownload, (_, { client, serial }) => {
      sendOneTwo(client, serial)
      return undefined
    })
    const stream = await new StorageVol(connection, vol).download()
    expect((await buffer(stream)).toString()).toBe('one two')
    await settle()
    expect(sent).toEqual([{ status: 'finish', bytes: 0 }])
  })

  it('that breaks off before the reply fails with the daemon’s error, which nothing else hears', async () => {
    const { daemon, connection } = await openSession()
    const sent = confirming(daemon, remote.storageVolDownload)
    daemon.respond(remote.storageVolDownload, (_, { client, serial }) => {
      client.endStream(remote.storageVolDownload, serial, new DaemonError('VIR_ERR_SYSTEM_ERROR', 'bad sector'))
      return undefined
    })
    const reading = new StorageVol(connection, vol).download()
    expect(await failure(reading)).toMatchObject({ code: 'VIR_ERR_SYSTEM_ERROR', message: 'bad sector' })
    await settle()
    expect(sent).toEqual([])
    expect(connection.isClosed).toBe(false)
  })

  it('whose connection is lost before the reply fails with that', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.storageVolDownload, (_, { client }) => {
      client.drop()
      return undefined
    })
    expect(await failure(new StorageVol(connection, vol).download())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
  })

  it('that the daemon breaks off fails with its error', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.storageVolDownload, (_, { client, serial }) => {
      queueMicrotask(() => {
        client.sendStreamData(remote.storageVolDownload, serial, Buffer.from('one'))
        client.endStream(remote.storageVolDownload, serial, new DaemonError('VIR_ERR_SYSTEM_ERROR', 'bad sector'))
      })
      return undefined
    })
    const stream = await new StorageVol(connection, vol).download()
    expect(await failure(buffer(stream))).toMatchObject({ code: 'VIR_ERR_SYSTEM_ERROR', message: 'bad sector' })
    expect(connection.isClosed).toBe(false)
  })

  it('that is given up is aborted; what still comes is ignored', async () => {
    const { daemon, connection, client } = await openSession()
    const sent = confirming(daemon, remote.storageVolDownload)
    let serial = 0
    daemon.respond(remote.storageVolDownload, (_, call) => {
      serial = call.serial
      return undefined
    })
    const stream = await new StorageVol(connection, vol).download()
    stream.destroy()
    await settle()
    expect(sent).toEqual([{ status: 'abort', bytes: 0 }])
    client.sendStreamData(remote.storageVolDownload, serial, Buffer.from('late'))
    client.endStream(remote.storageVolDownload, serial, new DaemonError('VIR_ERR_RPC', 'aborted at client request'))
    await settle()
    expect(connection.isClosed).toBe(false)
  })

  it('that nobody waits for any more is aborted once the daemon has opened it', async () => {
    const { daemon, connection } = await openSession()
    const sent = confirming(daemon, remote.storageVolDownload)
    const opened = Promise.withResolvers<undefined>()
    daemon.respond(remote.storageVolDownload, () => opened.promise)
    const stop = new AbortController()
    const opening = new StorageVol(connection, vol).download({}, { signal: stop.signal })
    await settle()
    stop.abort()
    await failure(opening)
    expect(sent).toEqual([])
    opened.resolve(undefined)
    await settle()
    expect(sent).toEqual([{ status: 'abort', bytes: 0 }])
    expect(connection.isClosed).toBe(false)
  })

  it('ends with the connection', async () => {
    const { daemon, connection, client } = await openSession()
    daemon.respond(remote.storageVolDownload, () => undefined)
    const stream = await new StorageVol(connection, vol).download()
    const reading = failure(buffer(stream))
    client.drop()
    expect(await reading).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
  })

  it('that the daemon refuses never was', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.storageVolDownload, () => {
      throw new DaemonError('VIR_ERR_NO_STORAGE_VOL', 'no such volume')
    })
    expect(await failure(new StorageVol(connection, vol).download())).toMatchObject({ code: 'VIR_ERR_NO_STORAGE_VOL' })
  })
})

describe('an upload', () => {
  it('goes in pieces that every libvirt takes, and is done when the daemon says so', async () => {
    const { daemon, connection } = await openSession()
    const sent = confirming(daemon, remote.storageVolUpload)
    daemon.respond(remote.storageVolUpload, () => undefined)
    const stream = await new StorageVol(connection, vol).upload()
    await pipeline(Readable.from([Buffer.alloc(maxStreamBytes + 5), Buffer.alloc(3)]), stream)
    expect(sent).toEqual([
      { status: 'data', bytes: maxStreamBytes },
      { status: 'data', bytes: 5 },
      { status: 'data', bytes: 3 },
      { status: 'finish', bytes: 0 },
    ])
  })

  it('that the daemon cannot take to its end fails', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.storageVolUpload, () => undefined)
    daemon.onStream = ({ status, serial, client }) => {
      if (status !== 'finish') return
      client.endStream(remote.storageVolUpload, serial, new DaemonError('VIR_ERR_SYSTEM_ERROR', 'disk full'))
    }
    const stream = await new StorageVol(connection, vol).upload()
    expect(await failure(pipeline(Readable.from([Buffer.alloc(5)]), stream))).toMatchObject({ message: 'disk full' })
  })
})

it('a console goes both ways, with calls beside it', async () => {
  const { daemon, connection, client } = await openSession()
  daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
  let serial = 0
  daemon.respond(remote.domainOpenConsole, (_, call) => {
    serial = call.serial
    return undefined
  })
  daemon.onStream = ({ status, data }) => {
    if (status === 'data')
      client.sendStreamData(remote.domainOpenConsole, serial, Buffer.concat([Buffer.from('echo '), data]))
  }
  const stream = await new Domain(connection, guest).openConsole('serial0')
  const seen = new Promise((resolve) => {
    stream.once('data', (bytes: Buffer) => {
      resolve(Buffer.from(bytes).toString())
    })
  })
  stream.write(Buffer.from('hi'))
  expect(await connection.getHostname()).toBe('host1')
  expect(await seen).toBe('echo hi')
  stream.destroy()
  expect(daemon.callsOf(remote.domainOpenConsole)).toEqual([{ dom: guest, devName: 'serial0', flags: 0 }])
})

it('bytes of a stream that nobody opened close the connection', async () => {
  const { connection, client } = await openSession()
  client.sendStreamData(remote.storageVolDownload, 4711, Buffer.from('x'))
  await settle()
  expect(connection.isClosed).toBe(true)
})
