import type { DrainChange, DrainClient } from '@landfall/api'
import { expect, test } from 'vitest'
import { drainSeen } from '../../testing/drain-seen.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'
import type { CommandRun } from '../run-command.ts'
import type { LimitOptions } from './drain-options.ts'
import { changeLimits } from './limits-command.ts'

const inForce = { perSource: 5, perDestination: 4, fleet: 7 }

/** What a drain with those limits is asked to change. */
async function changesBy(options: LimitOptions): Promise<readonly DrainChange[]> {
  const changes: DrainChange[] = []
  const seen = drainSeen()
  const drain = { ...seen, state: { ...seen.state, limits: inForce } }
  const drains: Partial<DrainClient> = {
    of: async () => drain,
    change: async (_host, change) => {
      changes.push(change)
      return drain
    },
  }
  const run = { client: { drains }, terminal: plainTerminal(), json: false, outlivesUs: true } as unknown as CommandRun
  await changeLimits(run, 'host1', options)
  return changes
}

test.each([
  [{ atOnce: '1' }, { ...inForce, perSource: 1 }],
  [
    { perDestination: '9', fleet: '30' },
    { perSource: 5, perDestination: 9, fleet: 30 },
  ],
])('of the limits only those that are named change: %j', async (options, limits) => {
  expect(await changesBy(options)).toEqual([{ kind: 'limits', limits }])
})

test('without a limit nothing is changed, and how one is named is told', async () => {
  await expect(changesBy({})).rejects.toMatchObject({
    code: 'bad-request',
    next: expect.stringContaining('landfall drain limits host1 --at-once 2'),
  })
})
