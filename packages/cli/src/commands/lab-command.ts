import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { LandfallError } from '@landfall/core'
import { exitCodes } from '@landfall/api'
import { loadLaboratory } from '../laboratory.ts'
import type { GuestRequest } from '../laboratory.ts'
import { table } from '../output/terminal/table.ts'
import type { Terminal } from '../output/terminal/terminal.ts'
import { runAndExit } from './run-command.ts'

interface LabOptions {
  readonly name: string
  readonly json?: boolean
}

interface UpOptions extends LabOptions {
  readonly hosts: number
  readonly link: string
  readonly release: string
  readonly nova?: boolean
}

type GuestOptions = LabOptions & Omit<GuestRequest, 'name'>

/** `landfall lab ...`: real hosts on this machine, to try things on. */
export function addLabCommands(program: Command, terminal: Terminal): void {
  const lab = program
    .command('lab')
    .description('real hosts on this machine, to try things on (needs root and a checkout)')
  named(lab.command('up'))
    .description('raise hosts: libvirtd and QEMU each, with a link between them')
    .option('--hosts <count>', 'how many', wholeNumber, 2)
    .option('--link <rate>', 'rate of each link: 800Mbit, 2Gbit, none', '800Mbit')
    .option('--release <debian>', "Debian release of the hosts' root", 'trixie')
    .option('--nova', 'an OpenStack besides: Nova, Keystone, Placement, Glance, a nova-compute on each host')
    .action((options: UpOptions) =>
      runAndExit(options, terminal, async () => {
        const laboratory = await loaded()
        const interrupted = new AbortController()
        const onInterrupt = (): void => interrupted.abort()
        process.once('SIGINT', onInterrupt)
        try {
          const { name, hosts, link, release, nova = false } = options
          const progress = (line: string): void => terminal.err(line)
          const raised = await laboratory.up({ name, hosts, link, release, nova, progress, signal: interrupted.signal })
          if (options.json === true) terminal.out(JSON.stringify(raised.state))
          else {
            const named = name === 'default' ? '' : ` --name ${name}`
            const next = `landfall lab ${nova ? 'instance' : 'guest'} web1${named} --write-set 600MiB`
            const clouds = nova ? `, its clouds.yaml ${raised.cloudsFile}` : ''
            terminal.out(`up; its hosts file is ${raised.hostsFile}${clouds}. Next: ${next}`)
          }
        } finally {
          process.off('SIGINT', onInterrupt)
        }
        return exitCodes.done
      }),
    )

  writing(named(lab.command('guest')))
    .argument('<guest>', 'its name')
    .description('start a guest that writes and checks its own memory and volume')
    .addOption(
      new Option(
        '--program <program>',
        'what it runs instead of writing pages: a server of values, or a compiler that never ends (default: redis where there is a database)',
      ).choices(['redis', 'memcached', 'postgres', 'tcc'] satisfies GuestRequest['program'][]),
    )
    .option('--database <size>', 'all values of a database, which are rewritten instead of a write set', '0')
    .option('--value-size <size>', 'of each value (default: 4KiB, of postgres 84)')
    .option('--read-percent <number>', 'of a hundred values that are written, so many are read before', wholeNumber, 25)
    .option('--local-disk <size>', 'a second disk, in a file of its host that no other host reaches', '0')
    .action((guest: string, options: GuestOptions) =>
      runAndExit(options, terminal, async () => {
        const laboratory = await loaded()
        const { name: labName, json, ...request } = options
        const progress = (line: string): void => terminal.err(line)
        const added = await laboratory.addGuest(labName, { name: guest, ...request }, { progress })
        await laboratory.waitForProgress(labName, guest, { deadlineMs: 120_000 })
        if (json === true) terminal.out(JSON.stringify(added))
        else {
          const { hostsFile, state } = laboratory.openLab(labName)
          const other = state.hosts.find(({ name }) => name !== added.host)
          // One laboratory is found by itself; among several it has to be named.
          const config = laboratory.findLabs().length > 1 ? ` --config ${hostsFile}` : ''
          const next = other === undefined ? '' : `. Next: landfall plan ${guest} --to ${other.name}${config}`
          terminal.out(`${guest} runs and counts on ${added.host}${next}`)
        }
        return exitCodes.done
      }),
    )

  writing(named(lab.command('instance')))
    .argument('<server>', 'its name')
    .description("boot such a guest as a server of the laboratory's Nova, from a volume")
    .option('--local-disk <size>', 'boot from a disk of that size in a file of its host instead of a volume', '0')
    .action((server: string, options: GuestOptions) =>
      runAndExit(options, terminal, async () => {
        const laboratory = await loaded()
        const { name: labName, json, ...request } = options
        const added = await laboratory.addInstance(labName, { name: server, ...request })
        await laboratory.waitForProgress(labName, server, { deadlineMs: 120_000 })
        if (json === true) terminal.out(JSON.stringify(added))
        else {
          const { cloudsFile } = laboratory.openLab(labName)
          const command = `OS_CLIENT_CONFIG_FILE=${cloudsFile} OS_CLOUD=${labName} openstack server show ${server}`
          terminal.out(
            `${server} runs and counts on ${added.host}, as server ${added.uuid}. Where openstackclient is: ${command}`,
          )
        }
        return exitCodes.done
      }),
    )

  named(lab.command('status'))
    .description('hosts, guests and what the guests tell')
    .action((options: LabOptions) =>
      runAndExit(options, terminal, async () => {
        const laboratory = await loaded()
        const status = await laboratory.status(options.name)
        if (options.json === true) terminal.out(JSON.stringify(status))
        else {
          const link = status.linkBitsPerSecond === null ? 'unshaped' : `${status.linkBitsPerSecond / 1e6} Mbit/s`
          const kvm = status.kvm === null ? 'no KVM' : laboratory.kvmWords(status.kvm)
          terminal.out(`laboratory "${status.name}": ${status.up ? 'up' : 'not up'}, ${kvm}, links ${link}`)
          const hostRows = status.hosts.map(({ name, address, tcpUri }) => [name, address, tcpUri])
          for (const line of table([{ title: 'host' }, { title: 'address' }, { title: 'uri' }], hostRows))
            terminal.out(line)
          const guestRows = status.guests.map(({ name, guest, accelerator, activeOn, pagesPerSecond, pagesWrong }) => [
            name,
            `${guest}, ${accelerator}`,
            activeOn.join(' → '),
            pagesPerSecond === null ? 'silent' : `${Math.round(pagesPerSecond)} pages/s`,
            String(pagesWrong),
          ])
          const titles = [
            { title: 'guest' },
            { title: 'kind' },
            { title: 'on' },
            { title: 'writes' },
            { title: 'wrong pages' },
          ]
          if (guestRows.length > 0) for (const line of table(titles, guestRows)) terminal.out(line)
        }
        return exitCodes.done
      }),
    )

  named(lab.command('down'))
    .description('take everything down again')
    .action((options: LabOptions) =>
      runAndExit(options, terminal, async () => {
        const laboratory = await loaded()
        const wasThere = await laboratory.down(options.name)
        const up = laboratory.findLabs().map(({ name }) => name)
        if (options.json === true) terminal.out(JSON.stringify({ down: options.name }))
        else if (wasThere) terminal.out(`laboratory "${options.name}" is down`)
        else terminal.out(`there is no laboratory "${options.name}"${up.length === 0 ? '' : `; up: ${up.join(', ')}`}`)
        return exitCodes.done
      }),
    )
}

/** What a guest writes, wherever it comes from. */
const writing = (command: Command): Command =>
  command
    .option('--on <host>', 'host to start it on', 'host1')
    .option('--memory <size>', 'its memory', '1GiB')
    .option('--vcpus <count>', 'its vCPUs', wholeNumber, 1)
    .option('--write-set <size>', 'memory that it rewrites', '0')
    .option('--write-rate <rate>', 'bytes of pages it touches a second: max, 20MiB', 'max')
    .addOption(
      new Option(
        '--guest <kind>',
        'rom (a firmware that is all of the guest) or linux; unless given, the one that runs fast here and can do what is asked',
      ).choices(['rom', 'linux'] satisfies GuestRequest['guest'][]),
    )
    .addOption(
      new Option('--pattern <pattern>', 'where it writes')
        .choices(['uniform', 'hot-cold', 'drift', 'sequential', 'scan', 'phases'] satisfies GuestRequest['pattern'][])
        .default('uniform'),
    )
    .addOption(
      new Option(
        '--rewrite <what>',
        'what of a page a write changes: stamp (16 bytes), stamps (32 bytes in four places), mixed (37 % on average), pages (all)',
      )
        .choices(['stamp', 'stamps', 'mixed', 'pages'] satisfies GuestRequest['rewrite'][])
        .default('stamps'),
    )
    .option('--burst <times>', 'how long it writes and how long it idles, by turns: 3s/7s (default: it always writes)')
    .option('--compute <turns>', 'turns of a loop between two writes', wholeNumber, 0)
    .option('--disk-write-rate <rate>', 'bytes a second that it writes to its volume', '1MiB')
    .option('--volume-size <size>', 'its volume', '256MiB')
    .option('--no-fill', 'leave the rest of its memory untouched instead of filling it')
    .addOption(
      new Option('--content <content>', 'what its memory holds: text compresses, random does not')
        .choices(['random', 'text'] satisfies GuestRequest['content'][])
        .default('random'),
    )

function named(command: Command): Command {
  return command
    .addOption(new Option('--name <laboratory>', 'which laboratory').default('default'))
    .option('--json', 'print JSON')
}

async function loaded(): Promise<NonNullable<Awaited<ReturnType<typeof loadLaboratory>>>> {
  const laboratory = await loadLaboratory()
  if (laboratory !== null) return laboratory
  throw new LandfallError('no-laboratory', 'the laboratory is not part of this installation', {
    next: 'It comes with a checkout of the repository',
  })
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
