import { Command, CommanderError, Option } from 'commander'
import { listHosts, listInstances } from './commands/list-commands.ts'
import type { WishOptions } from './commands/intent-command.ts'
import { intentCommand } from './commands/intent-command.ts'
import { addDrainCommands } from './commands/drain/drain-command.ts'
import { addDoctorCommand } from './commands/doctor/doctor-command.ts'
import { addNovaConfigCommand } from './commands/doctor/nova-config-command.ts'
import type { IntentInput } from './commands/intent-options.ts'
import { addIntentOptions, addSteeringOptions, shutdownTimeoutOption, wantedBy } from './commands/intent-options.ts'
import { confirmCommand, revertCommand } from './commands/kept-commands.ts'
import { addLabCommands } from './commands/lab-command.ts'
import { abortCommand, migrateCommand, planCommand, watchCommand } from './commands/migrate-command.ts'
import type { CommonOptions } from './commands/run-command.ts'
import type { RepairName, RepairOptions } from './repair.ts'
import type { SteerOptions } from './steer.ts'
import { repeatedOption } from './commands/repeated-option.ts'
import type { ReportOptions } from './commands/report-command.ts'
import { reportCommand } from './commands/report-command.ts'
import { runAndExit, runWithHosts, tellError } from './commands/run-command.ts'
import { addStoreCommands } from './commands/service/store-command.ts'
import { exitCodes } from '@landfall/api'
import { askedWords, unknownName } from './asked-words.ts'
import { isForeseen } from './error-exit.ts'
import { addServiceCommands } from './commands/service/service-commands.ts'
import { onLostOutput, onLostWords } from './output/terminal/lost-output.ts'
import type { Terminal } from './output/terminal/terminal.ts'
import { processTerminal } from './output/terminal/terminal.ts'

interface MigrationOptions extends CommonOptions, IntentInput {
  readonly to?: string
  readonly simulate?: boolean
  readonly confirm?: boolean
}

interface RevertOptions extends CommonOptions {
  readonly shutdownTimeout?: string
}

const exitCodeHelp = `
Exit codes: 0 done · 1 internal error · 2 bad input · 3 refused before it
started · 4 aborted · 5 failed, the guest stays where it was · 6 host
unreachable · 7 needs attention · 8 the doctor found something · 9 nothing to
examine · 130 left running`

const version = '0.1.0'

/** The command line; results go to stdout, everything about the work to stderr. */
export async function main(argumentsGiven: readonly string[], terminal: Terminal = processTerminal()): Promise<void> {
  // What cannot be written is no reason to stop steering a guest.
  process.stdout.off('error', onLostOutput).on('error', onLostOutput)
  process.stderr.off('error', onLostWords).on('error', onLostWords)
  try {
    const words = askedWords(argumentsGiven)
    const root = program(terminal, words)
    const unknown = unknownName(root, words)
    // With --help commander would show the help of what it does know, and say nothing.
    if (unknown !== null && words.some((word) => word === '--help' || word === '-h'))
      unknown.within.error(`error: unknown command '${unknown.name}'`)
    await root.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
    // Where a command ran into it before it began to listen for errors; only of a bug of ours the place has to be told.
    else if (isForeseen(error)) tellError(error, {}, terminal)
    else throw error
  }
}

/** Every command with its options: what is run, and what the manual and the completions are made of. */
export function program(terminal: Terminal = processTerminal(), argumentsGiven: readonly string[] = []): Command {
  const root: Command = new Command('landfall')
    .description('Live migrations that land: moves running QEMU/KVM guests between libvirt hosts.')
    .version(version)
    .configureOutput({ outputError: (text, write) => write(complaint(text, commandMeant(root, argumentsGiven))) })
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', exitCodeHelp)

  withHosts(root.command('hosts'))
    .description('the hosts in use, as they answer now')
    .action((options: CommonOptions) => runWithHosts(options, terminal, listHosts))

  withHosts(root.command('instances'))
    .description('the guests on all hosts')
    .action((options: CommonOptions) => runWithHosts(options, terminal, listInstances))

  addIntentOptions(withHosts(root.command('plan').argument('<instance>', 'name or UUID')))
    .requiredOption('--to <host>', 'destination')
    .option('--simulate', 'also carry the plan out on a model of the guest, pass for pass')
    .description('check, measure and forecast every strategy; starts nothing')
    .addHelpText('after', `\nExample:\n  landfall plan web1 --to host2 --max-pause 2s --post-copy never`)
    .action((guest: string, options: MigrationOptions) =>
      runWithHosts(options, terminal, (run) =>
        planCommand(run, { guest, to: options.to ?? '', input: options }, { simulated: options.simulate === true }),
      ),
    )

  addIntentOptions(withHosts(root.command('migrate').argument('<instance>', 'name or UUID')))
    .option('--to <host>', 'destination (default: chosen by room, as in a drain)')
    .option('--confirm', 'of a cold migration: remove the definition from the source at once, instead of keeping it')
    .description('plan, then move the guest and report; Ctrl-C asks whether to leave it running or to abort')
    .addHelpText('after', `\nExample:\n  landfall migrate web1 --to host2 --deadline 10m\n${exitCodeHelp}`)
    .action((guest: string, options: MigrationOptions) =>
      runWithHosts(options, terminal, (run) =>
        migrateCommand(run, { guest, to: options.to, input: options }, { confirm: options.confirm === true }),
      ),
    )

  withHosts(root.command('intent').argument('<instance>', 'name or UUID'))
    .addOption(
      repeatedOption(
        '--set <name=value>',
        "write into the guest's metadata, e.g. max-pause=300ms; an empty value removes",
      ),
    )
    .addOption(repeatedOption('--label <key=value>', 'a label for the rules of the hosts file; an empty value removes'))
    .description("show a guest's effective intent and where each part of it comes from")
    .addHelpText('after', `\nExample:\n  landfall intent web1 --set preset=gentle --label tier=db`)
    .action((guest: string, options: CommonOptions & WishOptions) =>
      runWithHosts(options, terminal, (run) => intentCommand(run, guest, options)),
    )

  const keptName = 'id of a cold migration, or name or UUID of its instance'
  withHosts(root.command('confirm').argument('<id|instance>', keptName))
    .description('a cold migration was right: remove the definition that its source kept')
    .action((named: string, options: CommonOptions) =>
      runWithHosts(options, terminal, (run) => confirmCommand(run, named)),
    )

  withHosts(root.command('revert').argument('<id|instance>', keptName))
    .addOption(shutdownTimeoutOption())
    .description('undo a cold migration: shut the guest down and start it where it was, from the definition kept there')
    .action((named: string, options: RevertOptions) =>
      runWithHosts(options, terminal, (run) => revertCommand(run, named, options.shutdownTimeout)),
    )

  addSteeringOptions(
    withHosts(
      root
        .command('watch')
        .argument('[instance]', 'name or UUID; may be left out while a single migration is under way'),
    ),
  )
    .description('follow a running migration; take over if its controller died')
    .option(
      '--steer',
      'steer one that somebody else started, with what its launch armed; the options say what is wanted',
    )
    .action((guest: string | undefined, options: CommonOptions & IntentInput & { readonly steer?: boolean }) =>
      runWithHosts(options, terminal, (run) =>
        watchCommand(run, guest, { steer: options.steer ?? false, wanted: wantedBy(options) }),
      ),
    )

  addSteeringOptions(withHostsHere(root.command('steer')).option('--json', 'print JSON: a report for each'))
    .description(
      'find the live migrations that Nova starts, and steer each to its end with what it armed; see docs/openstack.md',
    )
    .option('--observe', 'predict and tell, and touch nothing')
    .action((options: SteerOptions & IntentInput) =>
      runAndExit(options, terminal, async () => {
        // No other command needs what stands beside Nova.
        const { steerNovas } = await import('./steer.ts')
        return steerNovas(options, wantedBy(options), terminal)
      }),
    )

  addIntentOptions(
    withHostsHere(root.command('repair').argument('<instance>', "ID of an instance of Nova's, or libvirt's name of it"))
      .addOption(
        new Option('--do <name>', 'do this one; without it nothing is changed').choices([
          'send-back',
          'remove-leftover',
          'heal-allocations',
          'reset-state',
        ] satisfies readonly RepairName[]),
      )
      .option('--json', 'print JSON'),
  )
    .description('where Nova and libvirt differ on an instance: show what can be repaired, and do it when told')
    .addHelpText(
      'after',
      `
Asks every host in use, Nova and Placement. The options of a migration are for
send-back.

Exit codes: 0 done, or all agree · 3 refused, with the reasons ·
7 something differs, nothing was changed`,
    )
    .action((named: string, options: RepairOptions & IntentInput) =>
      runAndExit(options, terminal, async () => {
        const { repairInstance } = await import('./repair.ts')
        return repairInstance(named, options, wantedBy(options), terminal)
      }),
    )

  withHosts(
    root.command('abort').argument('[instance]', 'name or UUID; may be left out while a single migration is under way'),
  )
    .description('abort a migration; the guest stays on its source')
    .action((guest: string | undefined, options: CommonOptions) =>
      runWithHosts(options, terminal, (run) => abortCommand(run, guest)),
    )

  root
    .command('report')
    .argument('[id]', 'id of a migration, or name or UUID of an instance for its newest; all of them when left out')
    .description('what became of a migration: predicted beside actual, and why each decision was taken')
    .option('--html <file>', 'write it as one page, with the curves')
    .addOption(serverOption())
    .option('--json', 'print JSON')
    .action((name: string | undefined, options: ReportOptions) =>
      runAndExit(options, terminal, async () => reportCommand(name, options, terminal)),
    )

  addDrainCommands(root, terminal, withHosts, argumentsGiven)
  addStoreCommands(root, terminal)
  addDoctorCommand(root, terminal)
  addNovaConfigCommand(root, terminal)
  addLabCommands(root, terminal)
  addServiceCommands(root, terminal, withHostsHere, version)
  return root
}

function withHosts(command: Command): Command {
  return withHostsHere(command).addOption(serverOption()).option('--json', 'print JSON')
}

/** As {@link withHosts}, of what is done in this process alone. */
function withHostsHere(command: Command): Command {
  return command
    .addOption(repeatedOption('--host <name=uri>', 'a host as libvirt URI; repeat it for each'))
    .addOption(
      new Option(
        '--config <file>',
        'hosts file (default: $LANDFALL_CONFIG, /etc/landfall/landfall.toml, a laboratory)',
      ),
    )
}

/** Not read from the environment here: naming hosts goes before what stands there. */
const serverOption = (): Option =>
  new Option('--server <url>', 'a service that does the work; its token in $LANDFALL_TOKEN (default: $LANDFALL_SERVER)')

/** The deepest command that was named, for its own help: `landfall lab up`. */
function commandMeant(command: Command, [word, ...rest]: readonly string[]): string {
  const next = command.commands.find((each) => each.name() === word)
  return next === undefined ? command.name() : `${command.name()} ${commandMeant(next, rest)}`
}

/** What commander says of bad input, in one line like every other complaint. */
function complaint(text: string, command: string): string {
  const said = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '')
  return `landfall: ${said}. See "${command} --help".\n`
}
