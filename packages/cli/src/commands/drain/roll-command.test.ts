import type { Client } from '@landfall/api'
import { expect, test } from 'vitest'
import type { CommandRun } from '../run-command.ts'
import { rollCommand } from './roll-command.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

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
