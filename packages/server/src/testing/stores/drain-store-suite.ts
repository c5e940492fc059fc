import type { DrainState } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import type { DrainHolder } from '../../store/stored-drain.ts'
import type { Store } from '../../store/store.ts'

/** What every store does with drains, whatever database lies behind it. */
export function drainStoreSuite(store: () => Store): void {
  describe('a drain', () => {
    test('has one driver: whoever took it over writes, and the one before no more', async () => {
      expect(await store().drains.begin(drain('d1', 'host1'), [])).toBe(true)
      expect(await store().drains.save('d1', first, state('d1', 'host1'))).toBe(true)
      const kept = await store().drains.read('d1')
      expect(kept).toMatchObject({ beat: 2, holder: first, state: state('d1', 'host1'), endedAt: null })
      expect(await store().drains.takeOver('d1', { holder: first, beat: 1 }, second)).toBe(false)
      expect(await store().drains.takeOver('d1', { holder: first, beat: 2 }, second)).toBe(true)
      expect(await store().drains.save('d1', first, state('d1', 'host1'))).toBe(false)
      expect(await store().drains.save('d1', second, state('d1', 'host1', 9))).toBe(true)
      expect(await store().drains.takeOver('d1', { holder: second, beat: 4 }, first)).toBe(false)
      await store().drains.beat('d1', first)
      expect((await store().drains.read('d1'))?.beat).toBe(4)
      await store().drains.beat('d1', second)
      expect((await store().drains.read('d1'))?.beat).toBe(5)
      expect(await store().drains.read('d1')).toMatchObject({ endedAt: 9 })
    })

    test('is planned again where another began meanwhile, and there is one of a host', async () => {
      expect(await store().drains.begin(drain('d1', 'host1'), [])).toBe(true)
      expect(await store().drains.begin(drain('d2', 'host2'), [])).toBe(false)
      expect(await store().drains.begin(drain('d2', 'host2'), ['d1'])).toBe(true)
      await expect(store().drains.begin(drain('d3', 'host1'), ['d1', 'd2'])).rejects.toMatchObject({
        code: 'already-draining',
      })
      expect((await store().drains.list()).map(({ id }) => id)).toEqual(['d2', 'd1'])
    })

    test('is found by its host since the last way back, however it ended; the newest in any case', async () => {
      const began = async (id: string, kind: DrainState['kind']): Promise<void> => {
        const end = { outcome: 'stopped', at: 9, next: '' } as const
        const of = { ...state(id, 'host1'), kind }
        await store().drains.begin({ ...drain(id, 'host1'), beganAt: Number(id), state: of }, [])
        await store().drains.save(id, first, { ...of, end })
      }
      const found = async (): Promise<readonly string[]> =>
        (await store().drains.sinceLastBack('host1')).map(({ id }) => id)
      expect(await found()).toEqual([])
      for (const id of ['1', '2']) await began(id, 'drain')
      expect(await found()).toEqual(['2', '1'])
      await began('3', 'undrain')
      expect(await found()).toEqual(['3', '2'])
      for (const id of ['4', '5']) await began(id, 'drain')
      expect(await found()).toEqual(['5', '4', '3'])
      for (const id of ['6', '7']) await began(id, 'undrain')
      expect(await found()).toEqual(['7', '6', '5'])
      expect(await store().drains.sinceLastBack('host2')).toEqual([])
    })

    test('is newer than one of the same second that began before it, whatever their IDs', async () => {
      const began = async (id: string, beganAt: number, kind: DrainState['kind']): Promise<void> => {
        const of = { ...state(id, 'host1'), kind }
        await store().drains.begin({ ...drain(id, 'host1'), beganAt, state: of }, [])
        await store().drains.save(id, first, { ...of, end: { outcome: 'stopped', at: beganAt, next: '' } })
      }
      await began('d9', 1, 'drain')
      await began('d5', 2, 'drain')
      await began('d1', 3, 'undrain')
      expect((await store().drains.list()).map(({ id }) => id)).toEqual(['d1', 'd5'])
    })

    test('is told things by anybody, until it has ended', async () => {
      await store().drains.begin(drain('d1', 'host1'), [])
      expect(await store().drains.control('d1', { mode: 'paused' })).toBe(true)
      expect(await store().drains.read('d1')).toMatchObject({ control: { mode: 'paused', limits } })
      await store().drains.save('d1', first, state('d1', 'host1', 9))
      expect(await store().drains.control('d1', { mode: 'running' })).toBe(false)
      await store().drains.release('d1', 10)
      expect(await store().drains.read('d1')).toMatchObject({ endedAt: 9, releasedAt: 10 })
    })

    test('that is being stopped is neither paused nor resumed, and gives its host back with its end', async () => {
      await store().drains.begin(drain('d1', 'host1'), [])
      expect(await store().drains.control('d1', { mode: 'stopping' })).toBe(true)
      expect(await store().drains.control('d1', { mode: 'paused' })).toBe(false)
      expect(await store().drains.control('d1', { mode: 'running' })).toBe(false)
      expect(await store().drains.control('d1', { limits: { ...limits, fleet: 1 } })).toBe(true)
      expect(await store().drains.read('d1')).toMatchObject({ control: { mode: 'stopping' }, releasedAt: null })
      const stopped = { ...state('d1', 'host1'), end: { outcome: 'stopped', at: 9, next: '' } } as const
      await store().drains.save('d1', first, stopped)
      expect(await store().drains.read('d1')).toMatchObject({ endedAt: 9, releasedAt: 9 })
    })
  })
}

const [first, second]: readonly [DrainHolder, DrainHolder] = [
  { pid: 1, startTicks: '1', bootId: 'b', term: 'one' },
  { pid: 2, startTicks: '1', bootId: 'b', term: 'two' },
]
const limits = { perSource: 3, perDestination: 2, fleet: 20 }
const state = (id: string, host: string, endedAt?: number): DrainState => ({
  id,
  kind: 'drain',
  host,
  beganAt: 1,
  mode: 'running',
  limits,
  window: null,
  fallback: 'stay',
  mostAttempts: 3,
  guests: [],
  leftOut: [],
  predictedTotalMs: null,
  waitingFor: 'nothing',
  end: endedAt === undefined ? null : { outcome: 'done', at: endedAt, next: '' },
})
const drain = (id: string, host: string): Parameters<Store['drains']['begin']>[0] => ({
  id,
  host,
  beganAt: 1,
  holder: first,
  control: { mode: 'running', limits },
  request: {
    host,
    kind: 'drain',
    wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' },
    to: null,
    headroomBytes: 0,
    mostVcpusPerCpu: null,
    limits,
    window: null,
    fallback: 'stay',
    partly: false,
  },
  state: state(id, host),
})
