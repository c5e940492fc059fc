import { beforeEach, describe, expect, test } from 'vitest'
import { keptMarkOf, writeKeptMark } from '../../guests/kept-mark.ts'
import { LeaseLostError } from '../../store/store.ts'
import type { Told } from '../../testing/cold-world.ts'
import { ColdWorld, onlyCold, uuid } from '../../testing/cold-world.ts'

let world: ColdWorld
beforeEach(() => {
  world = new ColdWorld()
})

/** The same, by a controller that is killed after so many changes and by a second one that takes it up. */
async function interrupted(diesAfter: number, go: () => Promise<Told>): Promise<Told> {
  world.diesAfter = diesAfter
  const first = go()
  const died = (async () => {
    while (world.diesAfter > 0) await new Promise((resolve) => setImmediate(resolve))
    return null
  })()
  const told = await Promise.race([first, died])
  if (told !== null) return told
  world.diesAfter = Infinity
  return go()
}

describe('a cold migration', () => {
  test('keeps the source’s definition, marked, not starting with its host, and says so', async () => {
    const { report } = await world.migrate()
    expect(report).toMatchObject({ outcome: 'completed', keptOn: 'host1' })
    expect(report.reason.next).toEqual([
      'host1 keeps its definition: ',
      { action: 'confirm', migration: 'm1' },
      ' removes it, ',
      { action: 'revert', migration: 'm1' },
      ' goes back',
    ])
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'shutoff', autostart: false })
    expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(await world.markOn('host1')).toMatchObject({ migration: 'm1', to: 'host2', autostart: true })
    expect(world.hosts.host2.get(uuid)?.metadata.size).toBe(0)
  })

  test('lets go of it at once where that was asked', async () => {
    const { report } = await world.migrate({ confirmAtOnce: true })
    expect(report.outcome).toBe('completed')
    expect(report).not.toHaveProperty('keptOn')
    expect(world.hosts.host1.size).toBe(0)
    expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
  })

  test('tells how long the guest took, for the next forecast', async () => {
    world.agent = 'answers'
    const { entries, report } = await world.migrate()
    const ended = entries.find((entry) => entry.kind === 'ended')
    expect(ended?.measured?.cold).toEqual({
      shutdownMs: expect.any(Number),
      startMs: expect.any(Number),
      bootMs: expect.any(Number),
    })
    expect(report.reason.message).toMatch(/its guest agent answers/)
  })

  test.each(['define', 'create'])('goes back where %s fails, and the guest is as before', async (call) => {
    world.failing.add(`host2 ${call}`)
    const { report } = await world.migrate()
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(world.hosts.host1.get(uuid)?.metadata.size).toBe(0)
    expect(world.hosts.host2.size).toBe(0)
  })

  const changes = ['host1 shutdown', 'host1 setMetadata', 'host1 setAutostart', 'host2 define', 'host2 create']
  test.each([...changes, 'host2 setAutostart'])('goes on where the answer of %s was lost', async (call) => {
    world.unheard.add(call)
    const { report } = await world.migrate()
    expect(report.outcome).toBe('completed')
    expect(world).toMatchObject({ everTwice: false, everGone: false })
    expect(world.unheard.size).toBe(0)
    expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(await world.markOn('host1')).toMatchObject({ migration: 'm1', autostart: true })
  })

  test.each(['host2 undefine', 'host1 create'])(
    'that goes back ends it where the answer of %s was lost',
    async (call) => {
      world.failing.add('host2 create')
      world.unheard.add(call)
      const { report } = await world.migrate()
      expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
      expect(world).toMatchObject({ everTwice: false, everGone: false })
      expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
      expect(world.hosts.host2.size).toBe(0)
    },
  )

  test('that goes back waits for a host that is silent for a while', async () => {
    world.failing.add('host2 define')
    world.silentAfterFailure = 'host1'
    world.callsInVain = 20
    const { report } = await world.migrate()
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
  })

  test('is not over while a host is silent: who takes it up ends it', async () => {
    world.unheard.add('host1 setMetadata')
    world.silentAfterUnheard = 'host2'
    const { report, entries } = await world.migrate()
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'unclear' } })
    expect(report.reason.next).toContainEqual({ action: 'watch', guest: 'web1' })
    expect(entries.some(({ kind }) => kind === 'ended')).toBe(false)
    world.silent.clear()
    expect((await world.migrate()).report.outcome).toBe('completed')
    expect(world.runsOn(uuid)).toEqual(['host2'])
  })

  test('that can be started on neither host is not over: who takes it up starts it where it was', async () => {
    world.failing.add('host2 create').add('host1 create')
    const { entries } = await world.migrate()
    expect(entries.some(({ kind }) => kind === 'ended')).toBe(false)
    world.failing.clear()
    expect((await world.migrate()).report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(world.hosts.host2.size).toBe(0)
  })

  test('that cannot be told to a full disk goes back all the same', async () => {
    world.failing.add('host2 create')
    world.diskFull = ({ kind }) => kind !== 'launching'
    const { report, entries } = await world.migrate()
    expect(entries.map(({ kind }) => kind)).toEqual(['launching'])
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(world.hosts.host2.size).toBe(0)
  })

  test('does not begin on a full disk', async () => {
    world.diskFull = () => true
    await expect(world.migrate()).rejects.toThrow('the disk is full')
    expect(world.changes).toBe(0)
  })

  test('leaves alone a guest that does not shut down in time', async () => {
    world.deafTimes = Infinity
    const { report } = await world.migrate()
    expect(report.reason.message).toMatch(/did not shut down within 180 s/)
    expect(world.runsOn(uuid)).toEqual(['host1'])
    expect(world.hosts.host1.get(uuid)).toMatchObject({ autostart: true })
  })

  test('no longer asks a guest to shut down once its deadline has passed, although it might take longer', async () => {
    world.deafTimes = Infinity
    const { report } = await world.migrate({}, { ...onlyCold, deadlineMs: 60_000 })
    expect(report).toMatchObject({ outcome: 'aborted', reason: { code: 'deadline-cannot-be-met' } })
    expect(report.reason.message).toMatch(/by the deadline, 1 min from the start; it runs on host1, and may still/)
    expect(report.totalTimeMs).toBeLessThan(61_000)
    // Every ten seconds, the last time before the deadline.
    expect(world.changes).toBe(6)
  })

  test('a shorter limit for the shutdown holds within a longer deadline', async () => {
    world.deafTimes = Infinity
    const { report } = await world.migrate({}, { ...onlyCold, deadlineMs: 600_000 })
    expect(report.reason.message).toMatch(/did not shut down within 180 s/)
  })

  test('a guest that is shut off is moved and started, however late that has become', async () => {
    world.unheard.add('host1 setMetadata')
    world.silentAfterUnheard = 'host2'
    world.callsInVain = 20
    const deadlineMs = 2000
    const { report } = await world.migrate({}, { ...onlyCold, deadlineMs })
    expect(report.outcome).toBe('completed')
    expect(report.totalTimeMs).toBeGreaterThan(deadlineMs)
    expect(world.runsOn(uuid)).toEqual(['host2'])
  })

  test('asks again where the guest did not hear it, as one that still boots does not', async () => {
    world.deafTimes = 2
    const { report, entries } = await world.migrate()
    expect(report.outcome).toBe('completed')
    const ended = entries.find((entry) => entry.kind === 'ended')
    expect(ended?.measured?.cold?.shutdownMs).toBeGreaterThanOrEqual(20_000)
  })

  test('hands over again where a call failed, and calls a person where it goes on failing', async () => {
    world.failing.add('host2 setAutostart')
    const { report } = await world.migrate()
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'unclear' } })
    expect(report.reason.message).toMatch(/^web1 runs on host2; letting go of host1 failed: setAutostart/)
    expect(world.runsOn(uuid)).toEqual(['host2'])
  })
})

describe('a revert', () => {
  test('restores the kept definition, starts it, and removes the other host’s', async () => {
    const mark = await world.keptOnHost1()
    const { report } = await world.revert(mark)
    expect(report).toMatchObject({ outcome: 'completed', source: 'host2', destination: 'host1' })
    expect(report.reason.message).toMatch(/was started on host1 again, from the definition that was kept there \(m1\)/)
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(await world.markOn('host1')).toBeNull()
    expect(world.hosts.host2.size).toBe(0)
  })

  test('that cannot start there leaves all as it was before it', async () => {
    const mark = await world.keptOnHost1()
    world.failing.add('host1 create')
    const { report } = await world.revert(mark)
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(world.hosts.host2.get(uuid)?.metadata.size).toBe(0)
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'shutoff', autostart: false })
    expect(await world.markOn('host1')).toEqual(mark)
  })

  test('to a definition that is no longer kept does nothing', async () => {
    const mark = await world.keptOnHost1()
    const domain = await world.session('host1').find(uuid)
    await domain?.setMetadata('element', undefined, { uri: 'https://landfall.dev/xmlns/kept/1' })
    const before = world.changes
    expect((await world.revert(mark)).report).toMatchObject({ outcome: 'failed', reason: { code: 'unclear' } })
    expect(world.changes).toBe(before)
    expect(world.runsOn(uuid)).toEqual(['host2'])
  })
})

describe('a controller that is killed after any change', () => {
  const deaths = [1, 2, 3, 4, 5, 6, 7, 8, 9]

  test.each(deaths)('number %i of a migration: the next one ends it', async (diesAfter) => {
    const { report } = await interrupted(diesAfter, world.migrate)
    expect(report.outcome).toBe('completed')
    expect(world).toMatchObject({ everTwice: false, everGone: false })
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'shutoff', autostart: false })
    expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(await world.markOn('host1')).toMatchObject({ migration: 'm1', autostart: true })
  })

  test.each(deaths)('number %i of a migration that confirms at once: the next one ends it', async (diesAfter) => {
    const { report } = await interrupted(diesAfter, () => world.migrate({ confirmAtOnce: true }))
    expect(report.outcome).toBe('completed')
    expect(world).toMatchObject({ everTwice: false, everGone: false })
    expect(world.hosts.host1.size).toBe(0)
    expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
  })

  test.each(deaths)('number %i of a revert: the next one ends it', async (diesAfter) => {
    const mark = await world.keptOnHost1()
    const { report } = await interrupted(diesAfter, () => world.revert(mark))
    expect(report.outcome).toBe('completed')
    expect(world).toMatchObject({ everTwice: false, everGone: false })
    expect(world.hosts.host2.size).toBe(0)
    expect(world.hosts.host1.get(uuid)).toMatchObject({ state: 'running', autostart: true })
    expect(await world.markOn('host1')).toBeNull()
  })

  test.each(deaths)(
    'number %i of a migration whose start fails: the guest runs on one host, with one definition',
    async (diesAfter) => {
      world.failing.add('host2 create')
      await interrupted(diesAfter, world.migrate)
      expect(world).toMatchObject({ everTwice: false, everGone: false })
      expect(world.runsOn(uuid)).toEqual(['host1'])
      expect(world.hosts.host1.get(uuid)).toMatchObject({ autostart: true })
      expect(await world.markOn('host1')).toBeNull()
      expect(world.hosts.host2.size).toBe(0)
    },
  )
})

const askedBefore = (ms: number) => ({ at: world.now - ms, kind: 'cold-step', step: 'shut-down' }) as const

describe('a driver that follows one that was killed after it asked the guest to shut down', () => {
  test('says of an abort that the guest may still shut down', async () => {
    world.deafTimes = Infinity
    world.leave(askedBefore(2000), { at: world.now - 1000, kind: 'abort-asked', why: 'aborted as asked' })
    const { report } = await world.migrate()
    expect(report).toMatchObject({ outcome: 'aborted', reason: { code: 'asked' } })
    expect(report.reason.message).toMatch(/; web1 runs on host1, and may still shut down as it was asked to$/)
    expect(world.changes).toBe(0)
  })

  test('gives it no more time than was left', async () => {
    world.deafTimes = Infinity
    world.leave(askedBefore(170_000))
    const { report } = await world.migrate()
    expect(report.reason.message).toMatch(/did not shut down within 180 s/)
    expect(report.totalTimeMs).toBeLessThan(11_000)
  })

  test('tells how long it was away, and teaches the next forecast nothing that it did not see', async () => {
    world.add('host1', { name: 'web1', uuid, state: 'shutoff' })
    world.leave(askedBefore(3_600_000))
    const { report, entries } = await world.migrate()
    expect(report.outcome).toBe('completed')
    expect(report.downtimeMs).toBeGreaterThanOrEqual(3_600_000)
    expect(entries.find((entry) => entry.kind === 'ended')?.measured?.cold).toEqual({})
  })

  test('teaches what it saw itself', async () => {
    world.leave(askedBefore(2000))
    const { report, entries } = await world.migrate()
    const cold = entries.find((entry) => entry.kind === 'ended')?.measured?.cold
    expect(cold).toEqual({ shutdownMs: expect.any(Number), startMs: expect.any(Number) })
    expect(report.downtimeMs).toBe((cold?.shutdownMs ?? 0) + (cold?.startMs ?? 0))
    expect(report.downtimeMs).toBeGreaterThanOrEqual(2000)
  })
})

test('one that was frozen, and was taken over meanwhile, does not ask the guest to shut down', async () => {
  world.diskFull = ({ kind }) => {
    if (kind === 'cold-step') throw new LeaseLostError('m1', null)
    return false
  }
  await expect(world.migrate()).rejects.toThrow(LeaseLostError)
  expect([world.changes, world.runsOn(uuid)]).toEqual([0, ['host1']])
})

test('a definition that was marked on another host is the guest’s own', async () => {
  const domain = await world.session('host1').find(uuid)
  if (domain === null) throw new Error('no guest')
  await writeKeptMark(domain, { migration: 'm0', from: 'host9', to: 'host1', at: '', autostart: false })
  expect(await keptMarkOf(domain, 'host1')).toBeNull()
  await writeKeptMark(domain, { migration: "a<'&", from: 'host1', to: 'host2', at: 'x', autostart: true })
  expect(await keptMarkOf(domain, 'host1')).toMatchObject({ migration: "a<'&", autostart: true })
})
