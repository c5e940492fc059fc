import type { Inventory } from '@landfall/api'
import { expect, test } from 'vitest'
import { plainTerminal } from '../testing/plain-terminal.ts'
import { listInstances } from './list-commands.ts'
import type { CommandRun } from './run-command.ts'

/** What `landfall instances` says beside an empty table. */
async function saidOf(inventory: Omit<Inventory, 'instances'>): Promise<{ code: number; said: readonly string[] }> {
  const said: string[] = []
  const client = { instances: async () => ({ instances: [], ...inventory }) }
  const terminal = plainTerminal({ err: (line) => void said.push(line) })
  // Only what a list asks of a client.
  const code = await listInstances({ client, terminal, json: false, outlivesUs: false } as unknown as CommandRun)
  return { code, said }
}

const cut = { host: 'a', why: 'a cannot be reached: timed out' }
const unasked = { host: 'b', why: 'it was not asked yet' }

test('that there are no instances is said where a host answered, and of a silent host why, with its name once', async () => {
  expect(await saidOf({ silent: [], heard: 1 })).toEqual({ code: 0, said: ['no instances'] })
  expect(await saidOf({ silent: [cut], heard: 1 })).toEqual({ code: 6, said: ['no instances', cut.why] })
  expect(await saidOf({ silent: [cut, unasked], heard: 0 })).toEqual({
    code: 6,
    said: [cut.why, 'b: it was not asked yet'],
  })
})
