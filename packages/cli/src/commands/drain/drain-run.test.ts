import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, Drain, DrainChange, DrainClient, DrainRequest } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { LandfallError, range } from '@landfall/core'
import { expect, onTestFinished, test } from 'vitest'
import type { CommandRun } from '../run-command.ts'
import { changeDrain, drainCommand, followDrain } from './drain-run.ts'
import { noMoves } from '../../testing/no-moves.ts'
import { drainSeen } from '../../testing/drain-seen.ts'
import { ownClock } from '../../testing/own-clock.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

const terminal = plainTerminal()

/** How often it was asked how a drain stands after it was changed: driven before that or not, and here since then or not. */
async function looksAfter(change: DrainChange, wasDriven: boolean, drivenHere: boolean): Promise<number> {
  let looks = 0
  const drains: Partial<Client['drains']> = {
    of: async (host) => (host === 'host1' ? drainSeen({ driven: wasDriven }) : drainSeen({ hasEnded: ++looks > 0 })),
    change: async () => drainSeen({ drivenHere }),
  }
  const run = { client: { drains }, terminal, json: true, outlivesUs: false } as unknown as CommandRun
  await changeDrain(run, 'host1', () => change)
  return looks
}

test('a drain that is taken up here is stayed with; one that another process drives is told and left there', async () => {
  expect(await looksAfter({ kind: 'resume' }, false, true)).toBe(1)
  // Its driver may be gone a moment later, and another may be quicker than this process.
  expect(await looksAfter({ kind: 'resume' }, true, true)).toBe(1)
  expect(await looksAfter({ kind: 'resume' }, false, false)).toBe(0)
  for (const kind of ['resume', 'pause', 'stop'] as const) expect(await looksAfter({ kind }, true, false)).toBe(0)
})

const away = new LandfallError('server-unreachable', 'the service cannot be reached', { next: 'Check the address' })

/** A drain under way is followed by those answers; how that ends, and after how long. */
async function followed(of: DrainClient['of'], { outlivesUs = true, kind }: Followed = {}) {
  const clock = ownClock()
  const run = { client: { drains: { of } }, terminal, json: true, outlivesUs } as unknown as CommandRun
  const ends = followDrain(run, drainSeen(kind === undefined ? {} : { kind }), clock)
  const end = await ends.catch((error: unknown) => error)
  return { end, afterMs: clock.now() }
}

interface Followed {
  readonly outlivesUs?: boolean
  readonly kind?: 'drain' | 'undrain'
}

test.each(['server-unreachable', 'too-many-requests', 'store-unusable'])(
  'a drain is followed on where one look fails with %s',
  async (code) => {
    let looks = 0
    const { end } = await followed(async () => {
      if (++looks === 2) throw new LandfallError(code, 'not now')
      return drainSeen({ hasEnded: looks > 3 })
    })
    expect([end, looks]).toEqual([0, 4])
  },
)

test('a service that stays away for a minute is told as that, with what becomes of the drain', async () => {
  const { end, afterMs } = await followed(() => Promise.reject(away))
  expect(end).toMatchObject({
    code: 'server-unreachable',
    message: 'the service cannot be reached',
    next: 'The drain is left to the service, which goes on with it; "landfall drain status host1" shows it',
  })
  expect(afterMs).toBeGreaterThanOrEqual(60_000)
  expect(afterMs).toBeLessThan(63_000)
  const here = await followed(() => Promise.reject(away), { outlivesUs: false, kind: 'undrain' })
  expect(here.end).toMatchObject({
    next: expect.stringMatching(/^The way back is left: .*"landfall drain resume host1"/),
  })
})

test('without a terminal the passing of time is no line: neither of when it ends nor of when its window opens', async () => {
  const told: string[] = []
  let looks = 0
  const seen = (waitingFor: string): Drain => {
    const { state, ...drain } = drainSeen({ hasEnded: looks > 4 })
    // Each look finds the same times nearer by a second.
    const opensAt = Date.now() + 600_000 - 1000 * looks
    const endsAt = range(opensAt, opensAt + 60_000, opensAt + 90_000)
    const window = { opensAt, closesAt: opensAt + 3_600_000 }
    return { ...drain, state: { ...state, waitingFor, window }, progress: { ...drain.progress, endsAt } }
  }
  const drains = { of: async () => seen(++looks < 3 ? 'its window to open' : 'a on the way') }
  const quiet = plainTerminal({ err: (line) => void told.push(line) })
  const run = { client: { drains }, terminal: quiet, json: true, outlivesUs: true } as unknown as CommandRun
  await followDrain(run, seen('its window to open'), ownClock())
  expect(told).toEqual([
    expect.stringMatching(/; its window to open, in \d+ min[^;]*; .* left$/),
    expect.stringMatching(/; a on the way; .* left$/),
  ])
})

test('what does not pass is told at once', async () => {
  const gone = new LandfallError('unknown-token', 'the token is not known', { next: 'Make another' })
  const { end, afterMs } = await followed(() => Promise.reject(gone))
  expect(end).toBe(gone)
  expect(afterMs).toBeLessThan(2000)
})

test('a drain that is written as a page, and that nobody agrees to, is told as JSON, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-drain-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [startMs, totalTimeMs] = [range(0, 0, 0), range(1000, 2000, 3000)]
  const move = {
    guest: 'web1',
    owner: null,
    to: 'host2',
    memoryBytes: 2 ** 30,
    strategy: 'pre-copy',
    startMs,
    totalTimeMs,
  }
  const moves = [{ ...move, downtimeMs: totalTimeMs, lostWorkSeconds: totalTimeMs }]
  const plan = { ...noMoves, kind: 'drain', host: 'host1', verdict: 'go', reason: 'all can go', window: null, moves }
  const out: string[] = []
  const started: string[] = []
  const drains: Partial<DrainClient> = {
    plan: async () => plan as unknown as DrainPlan,
    start: async () => {
      started.push('host1')
      return drainSeen({ hasEnded: true })
    },
  }
  const told = plainTerminal({ out: (line) => void out.push(line) })
  const run = { client: { drains }, terminal: told, json: true, outlivesUs: true } as unknown as CommandRun
  const request = { kind: 'drain', host: 'host1', partly: false } as unknown as DrainRequest
  const how = { dryRun: false, yes: false, html: join(folder, 'plan.html') }
  expect(await drainCommand(run, request, how)).toBe(3)
  expect(out.map((line): unknown => JSON.parse(line))).toMatchObject([{ host: 'host1', moves: [{ guest: 'web1' }] }])
  expect(started).toEqual([])
})
