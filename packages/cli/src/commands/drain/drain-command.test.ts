import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addDrainCommands } from './drain-command.ts'
import { main } from '../../main.ts'
import { ownStore } from '../../testing/own-store.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

const tried = ownStore((folder) => folder)

test('what stands behind a part of drain is an option of that, though drain takes one of the same name', async () => {
  const told: string[] = []
  const terminal = plainTerminal({ out: (line) => void told.push(line), err: (line) => void told.push(line) })
  const root = new Command('landfall')
  addDrainCommands(root, terminal, (command) => command.option('--config <file>').option('--json'))
  await root.parseAsync(['drain', 'status', '--config', '/no/such/hosts.toml'], { from: 'user' })
  expect(told.join(' ')).toContain('/no/such/hosts.toml')
})

test('a number of moves that is none is told in one line', async () => {
  const told: string[] = []
  const terminal = plainTerminal({ err: (line) => void told.push(line) })
  await main(['drain', 'limits', 'a', '--at-once', '0', '--host', 'a=qemu+tcp://127.0.0.1:1/system'], terminal)
  expect([process.exitCode, told.at(-1)]).toEqual([
    2,
    expect.stringMatching(/^landfall: --at-once: "0" is not .* Write it/),
  ])
})

test('a roll that fails tells how it goes on: with every option, behind the hosts that are done', async () => {
  const nowhere = 'a=qemu+tcp://127.0.0.1:1/system'
  const options = ['--here', '--reboots', '--otherwise', 'cold', '--yes', '--host', nowhere]
  const line = `landfall roll ${options.join(' ')} a -- ./up {}`
  await main(['roll', 'a', ...options, '--', './up', '{}'], tried.terminal)
  expect([process.exitCode, tried.out.at(-1)]).toEqual([5, `next, once that is put right: ${line}`])
  await main(['roll', ...options, '--json', 'a', '--', './up', '{}'], tried.terminal)
  expect(JSON.parse(tried.out.at(-1) ?? '')).toMatchObject({ next: line.replace(' a -- ', ' --json a -- ') })
})
