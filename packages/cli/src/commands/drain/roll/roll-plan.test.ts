import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, DrainClient, DrainRequest } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noMoves } from '../../../testing/no-moves.ts'
import { plainTerminal } from '../../../testing/plain-terminal.ts'
import type { CommandRun } from '../../run-command.ts'
import type { RollCommandOptions } from './roll-command.ts'
import { rollCommand } from './roll-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const planOf = (host: string, verdict: DrainPlan['verdict']): DrainPlan => ({
  kind: 'drain',
  host,
  verdict,
  reason: `so it is with ${host}`,
  window: null,
  ...noMoves,
})

/** What a roll of those hosts says where nothing can be asked of them but a plan: anything else fails the test. */
function rolling(verdicts: Readonly<Record<string, DrainPlan['verdict']>>, options: RollCommandOptions) {
  const [out, err]: [string[], string[]] = [[], []]
  const asked: DrainRequest[] = []
  const plan: DrainClient['plan'] = async (request) => {
    asked.push(request)
    return planOf(request.host, verdicts[request.host] ?? 'refuse')
  }
  const hosts = Object.keys(verdicts)
  const client = { hosts: async () => hosts.map((name) => ({ name })), drains: { plan } } as unknown as Client
  const terminal = plainTerminal({ out: (line) => void out.push(line), err: (line) => void err.push(line) })
  const run = (json: boolean): CommandRun => ({ client, terminal, json, outlivesUs: true })
  const ends = (json = false) => rollCommand(run(json), { hosts, command: ['reboot'], options: [] }, options)
  return { ends, out, err, asked }
}

test('a dry run plans each host and starts nothing, whatever else is said', async () => {
  const { ends, out, err, asked } = rolling({ host1: 'go', host2: 'go' }, { dryRun: true, yes: true, to: ['c'] })
  expect(await ends()).toBe(0)
  expect(asked).toMatchObject([
    { host: 'host1', kind: 'drain', to: ['c'] },
    { host: 'host2', kind: 'drain', to: ['c'] },
  ])
  expect(out).toEqual(['drain of host1', 'Goes: so it is with host1', 'drain of host2', 'Goes: so it is with host2'])
  expect(err).toEqual(['each host is planned as if the others stayed as they are now'])
})

test('of a roll that goes on with a way back, the way back is planned, and the other hosts as they are', async () => {
  const { ends, asked } = rolling({ host1: 'go', host2: 'go' }, { dryRun: true, undrainFirst: true })
  expect(await ends()).toBe(0)
  expect(asked.map(({ host, kind }) => [host, kind])).toEqual([
    ['host1', 'undrain'],
    ['host2', 'drain'],
  ])
})

test.each([
  ['refuse', {}, 3],
  ['partly', {}, 3],
  ['partly', { partly: true }, 0],
] as const)('its exit code tells of the host that goes worst: %s with %j is %i', async (verdict, options, code) => {
  const { ends } = rolling({ host1: verdict, host2: 'go' }, { dryRun: true, ...options })
  expect(await ends()).toBe(code)
})

test('its JSON is one list of the plans, and nobody has to be asked for it', async () => {
  const { ends, out } = rolling({ host1: 'go', host2: 'refuse' }, { dryRun: true })
  expect(await ends(true)).toBe(3)
  expect(out.map((line): unknown => JSON.parse(line))).toEqual([[planOf('host1', 'go'), planOf('host2', 'refuse')]])
})

test('a page is written of one host, and begins nothing either; several do not fit on it', async () => {
  const html = join(folder, 'plan.html')
  const one = rolling({ host1: 'go' }, { html, yes: true })
  expect(await one.ends()).toBe(0)
  expect(readFileSync(html, 'utf8')).toContain('host1')
  expect(one.err).toEqual([`written: ${html}`, 'nothing was started: a roll with --html is planned, and nothing else'])
  const two = rolling({ host1: 'go', host2: 'go' }, { html, yes: true })
  await expect(two.ends()).rejects.toMatchObject({ code: 'bad-request' })
  expect(two.asked).toEqual([])
})
