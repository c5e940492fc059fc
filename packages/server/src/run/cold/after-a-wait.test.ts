import { LeaseLostError } from '../../store/store.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { ColdWorld, uuid } from '../../testing/cold-world.ts'

let world: ColdWorld
beforeEach(() => {
  world = new ColdWorld()
})

describe('a store that is away just before a cold guest is started: both hosts are asked again, so that', () => {
  test('one that was started on its source by hand meanwhile does not run twice', async () => {
    world.storeIsAwayAt('starting', () => world.startByHand('host1'))
    const { report } = await world.migrate()
    expect([world.everTwice, world.runsOn(uuid)]).toEqual([false, ['host1']])
    expect(report).toMatchObject({
      outcome: 'failed',
      reason: {
        code: 'migration-failed',
        message: 'web1 was started on host1 again by somebody else, and stays there',
      },
    })
    // Nothing is left of what was done to its definitions.
    expect([await world.markOn('host1'), world.hosts.host1.get(uuid)?.autostart]).toEqual([null, true])
    expect([...world.hosts.host2.keys()]).toEqual([])
  })

  test.each(['define', 'create'])(
    'one that was started on its destination by hand, after %s had failed there, does not run twice',
    async (call) => {
      world.failing.add(`host2 ${call}`)
      world.storeIsAwayAt('going-back', () => world.startByHand('host2'))
      const { report } = await world.migrate()
      expect([world.everTwice, world.runsOn(uuid)]).toEqual([false, ['host2']])
      expect(report.outcome).toBe('completed')
    },
  )

  test('one that nobody has touched is moved', async () => {
    world.storeIsAwayAt('starting', () => undefined)
    expect((await world.migrate()).report.outcome).toBe('completed')
    expect([world.everTwice, world.runsOn(uuid)]).toEqual([false, ['host2']])
  })

  test('or goes back', async () => {
    world.failing.add('host2 create')
    world.storeIsAwayAt('going-back', () => undefined)
    expect((await world.migrate()).report.reason.code).toBe('migration-failed')
    expect([world.everTwice, world.runsOn(uuid)]).toEqual([false, ['host1']])
  })
})

test.each([1, 2, 3])(
  'a driver that lost its lease at look %s of its way back does not start the guest',
  async (lostAt) => {
    world.failing.add('host2 create')
    let looks = 0
    world.diskFull = ({ kind }) => {
      if (kind === 'going-back' && ++looks >= lostAt) throw new LeaseLostError('m1', null)
      return false
    }
    await expect(world.migrate()).rejects.toThrow(LeaseLostError)
    expect([looks, world.runsOn(uuid)]).toEqual([lostAt, []])
  },
)
