import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LibvirtError, MigrateFlag, isNoDomain } from '../src/index.ts'
import type { Connection, Domain } from '../src/index.ts'
import { connected, destination, guestXml, removeGuest, source, until } from './laboratory.ts'

const name = 'client-move'
const live = MigrateFlag.PEER2PEER | MigrateFlag.LIVE | MigrateFlag.PERSIST_DEST | MigrateFlag.UNDEFINE_SOURCE

/**
 * What the migration call fails with when its job is aborted: mostly OPERATION_ABORTED, but libvirt 11.3 tells the cancelled
 * stream's own error ("Channel error: Input/output error") when QEMU sees that first.
 */
const aborted = expect.stringMatching(/^VIR_ERR_OPERATION_(ABORTED|FAILED)$/)

let control: Connection
let other: Connection
let domain: Domain

beforeEach(async () => {
  await removeGuest(name)
  control = await connected(source.unixUri)
  other = await connected(destination.tcpUri)
  domain = await (await control.domainDefineXML(guestXml(name, randomUUID()))).create()
})

afterEach(() => removeGuest(name))

/** Starts a migration on a connection of its own and gives its outcome as a value. */
const migrate = async (bandwidthMiBps: number, flags: number): Promise<{ outcome: Promise<unknown> }> => {
  const own = await connected(source.unixUri)
  const mine = await own.domainLookupByName(name)
  const outcome = mine.migrateToURI3(destination.peerUri, { bandwidthMiBps }, flags).then(
    () => 'done',
    (error: unknown) => error,
  )
  return { outcome }
}

const firstPass = (): Promise<number> =>
  until('the first pass', async () => {
    const { fields } = await domain.getJobStats()
    return (fields.memoryProcessedBytes ?? 0) > 0 ? fields.memoryIteration : undefined
  })

describe('a real migration', () => {
  it('is seen by events on both hosts and ends with its counters', async () => {
    const seen: string[] = []
    const note = (host: string, connection: Connection): Promise<unknown> =>
      connection.domainEventRegisterAny('lifecycle', ({ domain: { name: guest }, event, detail }) => {
        if (guest === name) seen.push(`${host} ${event} ${detail}`)
      })
    await note('source', control)
    await note('destination', other)
    const iterations: number[] = []
    await control.domainEventRegisterAny('migration-iteration', ({ iteration }) => iterations.push(iteration), {
      domain,
    })
    const completed: unknown[] = []
    await control.domainEventRegisterAny('job-completed', (event) => completed.push(event), { domain })

    await domain.migrateSetMaxDowntime(1000)
    const { outcome } = await migrate(0, live)
    expect(await outcome).toBe('done')

    await expect.poll(() => seen).toContain('source stopped migrated')
    expect(seen).toContain('destination started migrated')
    expect(seen).toContain('destination resumed migrated')
    await expect.poll(() => completed).toHaveLength(1)
    expect(completed[0]).toMatchObject({ operation: 'migration-out' })
    expect(iterations[0]).toBe(1)
    const moved = await other.domainLookupByName(name)
    expect(await moved.getState()).toMatchObject({ state: 'running', reason: 'migrated' })
    const { type, operation, fields } = await moved.getJobStats({ completed: true, keepCompleted: true })
    expect({ type, operation }).toEqual({ type: 'completed', operation: 'migration-in' })
    expect(fields.memoryTotalBytes).toBeGreaterThan(2 ** 28)
    expect(fields.downtimeMs).toBeGreaterThan(0)
    expect(fields.downtimeMs).toBeLessThanOrEqual(fields.timeElapsedMs ?? 0)
    const gone = await control.domainLookupByName(name).catch((error: unknown) => error)
    expect(isNoDomain(gone)).toBe(true)
  })

  it('is steered and aborted while it runs; the guest stays', async () => {
    const { outcome } = await migrate(1, live)
    expect(await firstPass()).toBe(1)
    const stats = await domain.getJobStats()
    expect(stats).toMatchObject({
      type: 'unbounded',
      operation: 'migration-out',
      fields: { memoryPageSizeBytes: 4096 },
    })
    await domain.migrateSetMaxDowntime(123)
    expect(await domain.migrateGetMaxDowntime()).toBe(123)
    await domain.migrateSetMaxSpeed(2)
    const second = await migrate(1, live)
    expect(await second.outcome).toMatchObject({ code: 'VIR_ERR_OPERATION_INVALID' })
    await domain.abortJob()
    const error = await outcome
    expect(error).toBeInstanceOf(LibvirtError)
    expect(error).toMatchObject({ code: aborted, domainName: 'VIR_FROM_QEMU' })
    expect(await domain.getState()).toMatchObject({ state: 'running' })
    expect((await domain.getJobStats()).type).toBe('none')
  })

  it('is finished by post-copy when asked', async () => {
    const { outcome } = await migrate(1, live | MigrateFlag.POSTCOPY)
    await firstPass()
    await domain.migrateStartPostCopy()
    await until('post-copy', async () => ((await domain.getState()).reason === 'postcopy' ? true : undefined), 5000)
    expect(await outcome).toBe('done')
    expect(await (await other.domainLookupByName(name)).getState()).toMatchObject({ state: 'running' })
  })

  it('goes on without the client that started it', async () => {
    const own = await connected(source.unixUri)
    const mine = await own.domainLookupByName(name)
    const outcome = mine
      .migrateToURI3(destination.peerUri, { bandwidthMiBps: 4 }, live)
      .catch((error: unknown) => error)
    await firstPass()
    await own.close()
    expect(await outcome).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' })
    await domain.migrateSetMaxSpeed(1000)
    // On a busy machine the link looks slow, and passes go on; whether they end is not asked here.
    await domain.migrateSetMaxDowntime(10_000).catch(() => undefined)
    const arrives = async (): Promise<true | undefined> => {
      const moved = await other.domainLookupByName(name).catch(() => undefined)
      return (await moved?.getState())?.state === 'running' ? true : undefined
    }
    await until('the guest on the destination', arrives, 120_000)
  })

  it('leaves place on its own connection for other calls', async () => {
    const own = await connected(source.unixUri)
    const mine = await own.domainLookupByName(name)
    const outcome = mine
      .migrateToURI3(destination.peerUri, { bandwidthMiBps: 1 }, live)
      .catch((error: unknown) => error)
    await firstPass()
    const states = await Promise.all(Array.from({ length: 20 }, () => mine.getJobStats()))
    expect(new Set(states.map(({ type }) => type))).toEqual(new Set(['unbounded']))
    expect(own.load).toMatchObject({ inFlight: 1, queued: 0 })
    await mine.abortJob()
    expect(await outcome).toMatchObject({ code: aborted })
  })
})
