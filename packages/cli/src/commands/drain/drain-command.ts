import type { Command } from 'commander'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { addIntentOptions } from '../intent-options.ts'
import type { CommonOptions } from '../run-command.ts'
import { runWithHosts } from '../run-command.ts'
import type { DrainOptions, LimitOptions } from './drain-options.ts'
import {
  addDestinationOptions,
  addDrainOptions,
  addLimitChanges,
  addLimitOptions,
  addRoomOptions,
  drainRequest,
} from './drain-options.ts'
import { changeLimits } from './limits-command.ts'
import type { RebalanceOptions } from './rebalance-command.ts'
import { rebalanceCommand } from './rebalance-command.ts'
import { rollAsked } from './roll/roll-asked.ts'
import type { RollCommandOptions } from './roll/roll-command.ts'
import { rollCommand } from './roll/roll-command.ts'
import { changeDrain, drainCommand, drainStatus } from './drain-run.ts'

/** `landfall drain` and what belongs to it, and `landfall undrain`. */
export function addDrainCommands(
  root: Command,
  terminal: Terminal,
  withHosts: (command: Command) => Command,
  argumentsGiven: readonly string[] = [],
): void {
  const run = (kind: 'drain' | 'undrain') => (host: string, options: CommonOptions & DrainOptions) =>
    runWithHosts(options, terminal, async (running) => {
      const request = drainRequest(host, kind, options, new Date())
      return drainCommand(running, request, {
        dryRun: options.dryRun === true,
        yes: options.yes === true,
        html: options.html,
      })
    })

  // What stands behind `drain status` is an option of that, though `drain` has one of the same name; so both have to be told.
  root.enablePositionalOptions()
  const drain = root.command('drain').enablePositionalOptions().argument('<host>', 'the host that is to be emptied')
  addDestinationOptions(addDrainOptions(withHosts(drain)))
    .description('empty a host: the plan first, then every guest to its end')
    .addHelpText(
      'after',
      '\nExample:\n  landfall drain host1 --dry-run\n  landfall drain host1 --window 02:00-04:00 --otherwise cold',
    )
    .action(run('drain'))

  withHosts(drain.command('status').argument('[host]', 'of that host; all of them when left out'))
    .description('how far a drain is, what it waits for, and when it ends')
    .action((host: string | undefined, options: CommonOptions) =>
      runWithHosts(options, terminal, (running) => drainStatus(running, host)),
    )
  const changes = {
    pause: 'start nothing more for now; what is on its way lands',
    resume: 'go on; taken over where whoever drove it is gone',
    stop: 'end it: what is on its way lands, the others stay',
  } as const
  for (const kind of ['pause', 'resume', 'stop'] as const) {
    withHosts(drain.command(kind).argument('<host>', 'the host that is drained, or filled again'))
      .description(changes[kind])
      .action((host: string, options: CommonOptions) =>
        runWithHosts(options, terminal, (running) => changeDrain(running, host, () => ({ kind }))),
      )
  }
  addLimitChanges(withHosts(drain.command('limits').argument('<host>', 'the host that is drained, or filled again')))
    .description('change how many move at a time, from the next start on')
    .action((host: string, options: CommonOptions & LimitOptions) =>
      runWithHosts(options, terminal, (running) => changeLimits(running, host, options)),
    )

  addDrainOptions(withHosts(root.command('undrain').argument('<host>', 'the host that was drained')))
    .description('bring home what the drain moved away, and let the host take guests again')
    .action(run('undrain'))

  const rolling = withHosts(
    root
      .command('roll')
      .argument('<host...>', 'hosts, one after the other; behind them -- and the command')
      .usage('[options] <host...> -- <command...>'),
  )
  addDestinationOptions(addDrainOptions(rolling))
    .description(
      'one host after the other: empty it, run a command on it over ssh, wait until it is healthy, fill it again',
    )
    .option('--here', 'run the command on this machine, with {} for the name of the host')
    .option('--reboots', 'the command restarts the host: it has to be silent once before it counts as healthy')
    .option('--undrain-first', 'the first host was emptied and worked on before: once it answers, fill it again')
    .option('--healthy-within <duration>', 'so long a host is waited for after the command (default: 20m)')
    .addHelpText(
      'after',
      "\nExample:\n  landfall roll host1 host2 --reboots -- apt-get -y full-upgrade '&&' systemctl reboot",
    )
    .action((words: readonly string[], options: CommonOptions & RollCommandOptions, command: Command) =>
      runWithHosts(options, terminal, (running) =>
        rollCommand(running, rollAsked(words, argumentsGiven, command.options), options),
      ),
    )

  const rebalancing = withHosts(
    root.command('rebalance').argument('[host...]', 'hosts that take part; every one when left out'),
  ).option('--plan', 'the plan; nothing is moved')
  addIntentOptions(addLimitOptions(addRoomOptions(rebalancing)))
    .description('which guests would have to move so that hosts are evenly full, and what that costs')
    .addHelpText('after', '\nExample:\n  landfall rebalance --plan host1 host2 host3')
    .action((hosts: readonly string[], options: CommonOptions & RebalanceOptions) =>
      runWithHosts(options, terminal, (running) => rebalanceCommand(running, hosts, options)),
    )
}
