import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { LandfallError, parseDuration } from '@landfall/core'
import type { AppliedRun, ApplyEvent, ApplyTools, Heartbeat, HostPlan, Release, Setting } from '@landfall/doctor'
import {
  applyChange,
  applyHosts,
  findHypervisors,
  parseRelease,
  planApply,
  readHypervisors,
  readSetting,
  runOnHost,
} from '@landfall/doctor'
import type { Command } from 'commander'
import { Option } from 'commander'
import { counted, harmless } from '../../output/doctor/doctor-words.ts'
import { touchesIn } from '../../output/doctor/nova-answers.ts'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { repeatedOption } from '../repeated-option.ts'
import { runAndExit } from '../run-command.ts'

interface ApplyInput {
  readonly host: readonly string[]
  readonly set?: readonly string[]
  readonly write: string
  readonly release: string
  readonly service: string
  readonly askNova?: boolean
  readonly wait: string
  readonly check?: boolean
  readonly revert?: boolean
  readonly yes?: boolean
  readonly json?: boolean
  readonly sshProgram?: string
}

export function addNovaConfigCommand(root: Command, terminal: Terminal): void {
  root
    .command('nova-config')
    .description("changes of Nova's configuration on all hypervisors")
    .command('apply')
    .description('make a change on every hypervisor over ssh, whole or not at all, and restart its nova-compute')
    .addOption(
      repeatedOption(
        '--host <name=ssh>',
        'a hypervisor, as NAME=ssh://user@host[:port][/root]; repeat it',
      ).makeOptionMandatory(),
    )
    .addOption(repeatedOption('--set <option=value>', 'what every host shall have; repeat it'))
    .option('--write <file>', 'the file it is written to, beside nova.conf or in a folder there', 'nova_override.conf')
    .option('--release <release>', 'of Nova, e.g. zed, 26 or 2024.1: which options there are', '2026.2')
    .option('--service <unit>', 'the service: auto, a systemd unit, docker:NAME or podman:NAME', 'auto')
    .option('--ask-nova', 'ask Nova too (openstack): queued migrations, and whether the service is up')
    .option('--wait <duration>', "how long a host's migrations are waited for", '30min')
    .option('--check', 'change nothing; 8 where a host lacks it or has yet to be restarted')
    .option('--revert', 'take back the last run over these hosts, where the file is still what was written')
    .option('--yes', 'do it; without it nothing is changed')
    .option('--json', 'print JSON')
    .addOption(new Option('--ssh-program <path>', 'ssh by another name').hideHelp())
    .addHelpText(
      'after',
      `
Shows the difference on each host. With --yes, one host after the other: the
file is written whole or not at all with a backup beside it, and nova-compute is
restarted only while no migration touches the host (libvirt is asked there). It
ends at the first failure; the same command goes on after an interruption, since
every host is looked at first.

Exit codes: 0 done, or nothing to do · 8 --check: something to do ·
7 stopped at a host, see there · 6 a host could not be looked at, nothing was
changed · 2 bad input`,
    )
    .action((input: ApplyInput) => runAndExit(input, terminal, () => applyCommand(input, terminal)))
}

async function applyCommand(input: ApplyInput, terminal: Terminal): Promise<ExitCode> {
  const release = releaseOf(input.release)
  const settings = (input.set ?? []).map((text): Setting => readSetting(text, release))
  if (settings.length === 0 && input.revert !== true) throw bad('nothing is to be set', 'Add --set OPTION=VALUE')
  if (/^\/|(?:^|\/)\.\.(?:\/|$)/.test(input.write))
    throw bad(`--write ${input.write} leads elsewhere`, 'Name a file beside nova.conf')
  const specs = findHypervisors({ paths: [], named: input.host, configs: [] })
  const signal = new AbortController().signal
  const ssh = input.sshProgram === undefined ? {} : { sshProgram: input.sshProgram }
  const materials = await readHypervisors(specs, {
    sinkOf: () => ({ text: nothing, line: nothing, unreadable: nothing }),
    onBytes: nothing,
    signal,
    configsOnly: true,
    ...ssh,
  })
  const tools = toolsOf(input, signal)
  const wish = { file: input.write, service: input.service, settings, release, revert: input.revert === true }
  const planned = await planApply(materials, wish, tools)
  const plans = await Promise.all(planned.map((plan) => knownToNova(plan, tools)))
  const tell = (line: string): void => {
    if (input.json !== true) terminal.out(harmless(line))
  }
  for (const plan of plans) for (const line of planInWords(plan, input.revert === true)) tell(line)
  const events: ApplyEvent[] = []
  const exitCode = await carriedOut()
  if (input.json === true) terminal.out(JSON.stringify({ hosts: plans.map(planJson), events, exitCode }))
  return exitCode

  async function carriedOut(): Promise<ExitCode> {
    if (plans.some(({ what }) => what === 'cannot')) return exitCodes.unreachable
    const open = plans.filter(({ what }) => what !== 'done' && what !== 'kept').length
    if (open === 0) return exitCodes.done
    if (input.check === true) return exitCodes.findings
    if (input.yes !== true) {
      tell(`Nothing was changed: --yes does it on ${counted(open, 'host')}, one after the other.`)
      return exitCodes.done
    }
    const options = { service: input.service, settings, release, waitMs: parseDuration(input.wait), upWithinS: 120 }
    for await (const event of applyChange(plans, applyHosts(materials), options, tools, input.revert === true)) {
      events.push(event)
      tell(eventInWords(event))
    }
    const failed = events.some(({ what }) => what === 'failed')
    if (failed) tell('Stopped: the hosts behind it were not touched. The same command goes on from here.')
    return failed ? exitCodes.needsAttention : exitCodes.done
  }
}

function releaseOf(text: string): Release {
  const release = parseRelease(text)
  if (release === null) throw bad(`"${text}" is no release of Nova`, 'Write zed, 26 or 2024.1')
  return release
}

const nothing = (): void => undefined
const run = promisify(execFile)

async function ask(words: readonly string[]): Promise<unknown> {
  const { stdout } = await run('openstack', [...words, '-f', 'json'], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}

async function heartbeatOf(host: string): Promise<Heartbeat | null> {
  const words = ['compute', 'service', 'list', '--host', host, '--service', 'nova-compute']
  try {
    const services = await ask(words)
    const [service] = (Array.isArray(services) ? services : []) as readonly Readonly<Record<string, unknown>>[]
    return service === undefined ? null : { isUp: service['State'] === 'up', at: String(service['Updated At']) }
  } catch {
    return null
  }
}

/** What has no name that Nova knows would be taken for a host that no migration touches. */
async function knownToNova(plan: HostPlan, { heartbeat }: ApplyTools): Promise<HostPlan> {
  if (heartbeat === undefined || ['done', 'kept', 'cannot'].includes(plan.what)) return plan
  if ((await heartbeat(plan.host)) !== null) return plan
  const why =
    'Nova lists no nova-compute of that name, or does not say: name the host as Nova does (--host NAME=ssh://...)'
  return { host: plan.host, what: 'cannot', why }
}

function toolsOf({ askNova = false, sshProgram }: ApplyInput, signal: AbortSignal): ApplyTools {
  return {
    run: (target, script) => runOnHost(target, script, signal, sshProgram),
    touches: async (host) => {
      if (!askNova) return null
      try {
        return touchesIn(await ask(['server', 'migration', 'list', '--host', host]))
      } catch (error) {
        return `Nova does not say: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`
      }
    },
    ...(askNova ? { heartbeat: heartbeatOf } : {}),
    wait: async (ms) => {
      await sleep(ms)
    },
    now: () => Date.now(),
  }
}

function planInWords(plan: HostPlan, reverting: boolean): readonly string[] {
  switch (plan.what) {
    case 'done':
      return [`${plan.host}: ${reverting ? 'nothing to take back' : 'has it'}`]
    case 'restart':
      return [`${plan.host}: written, its service has yet to be restarted (${plan.state.service ?? ''})`]
    case 'write':
      return [
        `${plan.host}: ${reverting ? `back to ${plan.state.applied?.backup ?? 'no file'}${beganAt(plan.state.applied?.run)}` : plan.state.path} (${plan.state.service ?? ''})`,
        ...plan.diff,
      ]
    case 'kept':
      return [`${plan.host}: left as it is, ${plan.why}; once the last run is taken back, --revert takes that back`]
    case 'cannot':
      return [`${plan.host}: cannot be changed: ${plan.why}`]
  }
}

const beganAt = (run: AppliedRun | null | undefined): string => (run == null ? '' : `, before the run of ${run.id}`)

const planJson = (plan: HostPlan): Record<string, unknown> => ({
  host: plan.host,
  what: plan.what,
  ...(plan.what === 'cannot' || plan.what === 'kept' ? { why: plan.why } : {}),
  ...(plan.what === 'write' || plan.what === 'restart' || plan.what === 'kept'
    ? { path: plan.state.path, service: plan.state.service, pending: plan.state.pending }
    : {}),
  ...(plan.what === 'write' ? { diff: plan.diff } : {}),
})

function eventInWords(event: ApplyEvent): string {
  switch (event.what) {
    case 'written':
      return `${event.host}: written ${event.path}${event.backup === null ? '' : ` (as it was: ${event.backup})`}`
    case 'waits':
      return `${event.host}: waits, ${event.why}`
    case 'up':
      return `${event.host}: its service is up again`
    case 'failed':
      return `${event.host}: ${event.why}`
  }
}

const bad = (message: string, next: string): LandfallError => new LandfallError('bad-config', message, { next })
