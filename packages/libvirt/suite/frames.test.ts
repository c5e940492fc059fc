import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DomainStats, MigrateFlag, connect } from '../src/index.ts'
import type { Connection } from '../src/index.ts'
import * as remote from '../src/protocol/remote.gen.ts'
import { readFrame } from '../src/testing/frame.ts'
import { recording } from '../src/testing/recorded.ts'
import type { RecordedMessage } from '../src/testing/recorded.ts'
import { openTransport } from '../src/transport/open-transport.ts'
import { destination, guestXml, removeGuest, source, until } from './laboratory.ts'

// What a real daemon and this client say to each other. With LIBVIRT_RECORD_FRAMES=FILE the conversation is kept: that is how
// test/golden/*.txt are made.

const name = 'client-frames'
const uuid = '8f9e4dd2-5a9c-4d43-9f0c-6b1f3a7d2e10'
const messages: RecordedMessage[] = []

const recorded = (uri: string): Promise<Connection> =>
  connect(uri, {
    keepalive: { intervalMs: 200, count: 50 },
    transport: async (parsed, options) =>
      recording(await openTransport(parsed, options), (message) => messages.push(message)),
  })

const fails = (promise: Promise<unknown>): Promise<void> =>
  promise.then(
    () => {
      throw new Error('this should have failed')
    },
    () => {},
  )

beforeAll(() => removeGuest(name))
afterAll(() => removeGuest(name))

it('every message of a real conversation is understood, and made anew to the same bytes', async () => {
  {
    await using connection = await recorded(source.unixUri)
    const events: string[] = []
    for (const event of ['lifecycle', 'migration-iteration', 'job-completed', 'metadata-change', 'tunable'] as const) {
      await connection.domainEventRegisterAny(event, () => events.push(event))
    }
    await connection.getHostname()
    await connection.getURI()
    await connection.getVersion()
    await connection.nodeGetInfo()
    await connection.nodeGetMemoryStats()
    await connection.nodeGetCPUMap()
    await connection.listAllNetworks()
    await connection.listAllStoragePools()
    const domain = await (await connection.domainDefineXML(guestXml(name, uuid))).create()
    await connection.listAllDomains()
    await connection.domainLookupByName(name)
    await connection.domainLookupByUUID(uuid)
    await domain.getState()
    await domain.getInfo()
    await domain.getJobInfo()
    await domain.getJobStats()
    await domain.getSchedulerParameters()
    await domain.setSchedulerParametersFlags({ vcpuQuotaUs: -1, cpuShares: 512 }, 1)
    await domain.getVcpuPinInfo()
    await domain.memoryStats()
    await domain.memoryPeek(1024 ** 2, 4096)
    await domain.qemuMonitorCommand({ execute: 'query-status' })
    await domain.setMetadata('element', '<a>1</a>', { key: 't', uri: 'urn:t' })
    await domain.getMetadata('element', 'urn:t')
    await domain.migrateSetMaxDowntime(1000)
    await domain.migrateGetMaxSpeed()
    await connection.getAllDomainStats([domain], DomainStats.STATE | DomainStats.VCPU | DomainStats.DIRTYRATE)
    await fails(connection.domainLookupByName(randomUUID()))
    await fails(domain.abortJob())
    await fails(domain.create())
    await fails(domain.getMetadata('description'))
    const flags = MigrateFlag.LIVE | MigrateFlag.PEER2PEER | MigrateFlag.PERSIST_DEST | MigrateFlag.UNDEFINE_SOURCE
    const params = { bandwidthMiBps: 400, autoConvergeInitialPercent: 30, destinationName: name }
    await domain.migrateToURI3(destination.peerUri, params, flags | MigrateFlag.AUTO_CONVERGE)
    await until('the end of the job', async () => (events.includes('job-completed') ? true : undefined))
    await until('a ping and its answer', async () =>
      messages.some(({ from, bytes }) => from === 'daemon' && bytes.readUInt32BE(4) === 0x6b656570) ? true : undefined,
    )
  }
  {
    await using other = await recorded(destination.tcpUri)
    const domain = await other.domainLookupByName(name)
    await domain.getJobStats({ completed: true })
    await domain.destroy()
    await domain.undefineFlags(0)
  }
  const kinds = new Set<string>()
  for (const { bytes } of messages) {
    const { kind, encoded } = readFrame(bytes)
    expect(encoded.toString('hex')).toBe(bytes.toString('hex'))
    kinds.add(kind)
  }
  expect([...kinds].toSorted()).toEqual(['call', 'error', 'event', 'keepalive', 'reply'])

  const file = process.env['LIBVIRT_RECORD_FRAMES']
  if (file !== undefined) writeFileSync(file, annotated(messages))
})

/** Each kind of message at most twice, short ones only, with what it says above it. */
const annotated = (all: readonly RecordedMessage[]): string => {
  const seen = new Map<string, number>()
  const lines = ['# Recorded from libvirtd by suite/frames.test.ts: > from the client, < from the daemon.']
  // Long, and full of this laboratory's paths.
  const left = new Set([remote.domainGetXmlDesc, remote.domainDefineXmlFlags].map((procedure) => procedure.name))
  for (const { from, bytes } of all) {
    const { name: what, kind, body, header } = readFrame(bytes)
    const key = `${from} ${kind} ${what} ${kind === 'error' ? JSON.stringify(body) : ''}`
    const times = seen.get(key) ?? 0
    if (bytes.length > 3000 || left.has(what) || times === 2) continue
    seen.set(key, times + 1)
    const said = JSON.stringify(body, (_, value: unknown) => {
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
      return typeof value === 'bigint' ? `${value}n` : value
    })
    lines.push('', `# ${what} ${kind}, serial ${header.serial}: ${(said ?? '').slice(0, 300)}`.trim())
    lines.push(`${from === 'client' ? '>' : '<'} ${bytes.toString('hex')}`)
  }
  return `${lines.join('\n')}\n`
}
