import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addDrainCommands } from './drain-command.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

test('what stands behind a part of drain is an option of that, though drain takes one of the same name', async () => {
  const told: string[] = []
  const terminal = plainTerminal({ out: (line) => void told.push(line), err: (line) => void told.push(line) })
  const root = new Command('landfall')
  addDrainCommands(root, terminal, (command) => command.option('--config <file>').option('--json'))
  const before = process.exitCode
  await root.parseAsync(['drain', 'status', '--config', '/no/such/hosts.toml'], { from: 'user' })
  process.exitCode = before
  expect(told.join(' ')).toContain('/no/such/hosts.toml')
})
