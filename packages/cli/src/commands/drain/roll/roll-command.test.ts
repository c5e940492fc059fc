import type { Client, DrainClient } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import type { CommandRun } from '../../run-command.ts'
import { rollCommand } from './roll-command.ts'
import { drainSeen } from '../../../testing/drain-seen.ts'
import { ownClock } from '../../../testing/own-clock.ts'
import { plainTerminal } from '../../../testing/plain-terminal.ts'

const terminal = plainTerminal()

/** Any other question fails the test: nothing may be begun. */
const client = {
  hosts: () => Promise.resolve(['host1', 'host2'].map((name) => ({ name }))),
} as unknown as Client

test.each([
  [['host1', 'hots2'], ['true'], 'hots2 is not one of the hosts in use'],
  [[], ['true'], 'no host is named'],
  [['host1'], [], 'no command is named'],
])('a roll of %j with %j begins nothing: %s', async (hosts, command, message) => {
  const run = { client, terminal, json: false } as CommandRun
  await expect(rollCommand(run, { hosts, command, options: [] }, { yes: true })).rejects.toMatchObject({
    code: 'bad-request',
    message,
  })
})

test.each([
  [{ atOnce: '0' }, 'bad-request'],
  [{ window: 'at night' }, 'bad-duration'],
  [{ headroom: 'much' }, 'bad-size'],
])(
  'an option of its drains that is none, as %j, is a mistake that is told before anything is begun',
  async (wrong, code) => {
    const drains = { list: () => Promise.resolve([]) } as unknown as DrainClient
    const run = { client: { ...client, drains }, terminal, json: false } as CommandRun
    const asked = { hosts: ['host1'], command: ['true'], options: [] }
    await expect(rollCommand(run, asked, { ...wrong, yes: true })).rejects.toMatchObject({ code })
  },
)

const away = new LandfallError('server-unreachable', 'the service cannot be reached')

/** A roll of host1 by a service whose every second answer is an error, and that stays away once `until` says so. */
async function rolledBy(until: (asked: string) => boolean) {
  const [out, did]: [string[], string[]] = [[], []]
  let answers = 0
  const answer = async <Told>(asked: string, told: Told): Promise<Told> => {
    if (until(asked) || ++answers % 2 === 1) throw away
    return told
  }
  const drains: Partial<DrainClient> = {
    list: () => answer('list', []),
    start: async ({ kind }) => {
      did.push(kind)
      return drainSeen({ kind })
    },
    of: () => answer(`of ${did.at(-1)}`, drainSeen({ hasEnded: true })),
  }
  const status = { name: 'host1', reachable: true, ageMs: 0, runningGuests: 0 }
  let isBegun = false
  const client = {
    hosts: () => (isBegun ? answer('hosts', [status]) : [status]),
    drains,
  } as unknown as Client
  const told = plainTerminal({ out: (line) => void out.push(line), err: () => void (isBegun = true) })
  const run: CommandRun = { client, terminal: told, json: false, outlivesUs: true }
  const asked = { hosts: ['host1'], command: ['true'], options: ['--here'] }
  return { code: await rollCommand(run, asked, { here: true, yes: true }, ownClock()), out, did }
}

test('a roll goes on where a service that it looks at again and again fails now and then', async () => {
  expect(await rolledBy(() => false)).toEqual({ code: 0, out: ['done: host1'], did: ['drain', 'undrain'] })
})

const left = /is left to the service, .*"landfall drain status host1"/

test.each([
  ['of drain', 'drain', left, ''],
  ['hosts', 'drain', /the service cannot be reached/, ''],
  ['of undrain', 'undrain', left, '--undrain-first '],
])(
  'where the service stays away, a roll tells where it stopped and how it goes on (%s)',
  async (asked, step, why, first) => {
    const { code, out } = await rolledBy((each) => each === asked)
    expect(code).toBe(5)
    expect(out).toEqual([
      'done: none',
      expect.stringMatching(`^stopped at host1, ${step}: the service cannot be reached`),
      `next, once that is put right: landfall roll --here ${first}host1 -- true`,
    ])
    expect(out[1]).toMatch(why)
  },
)
