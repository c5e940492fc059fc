import { spawn } from 'node:child_process'
import type { Drain, DrainRequest, ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { LandfallError, parseDuration } from '@landfall/core'
import type { Clock } from '../../../clock.ts'
import { processClock } from '../../../clock.ts'
import { agreed } from '../../../output/terminal/agreed.ts'
import { showPlanUpdate } from '../../../output/plan/plan-updates.ts'
import type { CommandRun } from '../../run-command.ts'
import type { DrainOptions } from '../drain-options.ts'
import { drainRequest } from '../drain-options.ts'
import { followDrain } from '../drain-run.ts'
import type { ProgramEnd } from './over-ssh.ts'
import { overSsh, whyFailed } from './over-ssh.ts'
import { patiently } from '../patiently.ts'
import { planRoll } from './roll-plan.ts'
import type { RollPorts } from './roll.ts'
import { roll } from './roll.ts'
import type { RollAsked } from './roll-asked.ts'
import { rollAgain } from './roll-asked.ts'

export interface RollCommandOptions extends DrainOptions {
  readonly here?: boolean
  readonly reboots?: boolean
  readonly undrainFirst?: boolean
  readonly healthyWithin?: string
}

const usuallyHealthyWithinMs = 20 * 60_000

/** `landfall roll HOST... -- COMMAND` */
export async function rollCommand(
  run: CommandRun,
  asked: RollAsked,
  options: RollCommandOptions,
  clock: Clock = processClock,
): Promise<ExitCode> {
  const { hosts, command } = asked
  const { client, terminal, json } = run
  const known = new Map((await client.hosts()).map((status) => [status.name, status]))
  const unknown = hosts.find((host) => !known.has(host))
  const message =
    unknown !== undefined
      ? `${unknown} is not one of the hosts in use`
      : hosts.length === 0
        ? 'no host is named'
        : command.length === 0
          ? 'no command is named'
          : null
  if (message !== null) {
    throw new LandfallError('bad-request', message, { next: 'Write it like landfall roll host1 host2 -- COMMAND' })
  }
  const request = (host: string, kind: 'drain' | 'undrain'): DrainRequest =>
    drainRequest(host, kind, options, new Date())
  // A mistake in an option is told as that, and not as what stopped the roll at its first host.
  request(hosts[0] ?? '', 'drain')
  const undrainFirst = options.undrainFirst === true
  if (options.dryRun === true || options.html !== undefined) return planRoll(run, hosts, options, new Date())
  if (options.yes !== true) {
    if (json) throw new LandfallError('bad-request', 'with --json nobody is asked', { next: 'Add --yes, or --dry-run' })
    if (!(await agreed(question(asked, undrainFirst), json))) {
      terminal.err('nothing was started; --yes begins without asking')
      return exitCodes.refused
    }
  }
  const move =
    (kind: 'drain' | 'undrain') =>
    async (host: string): Promise<string | null> => {
      const begun = await client.drains.start(request(host, kind), (update) => showPlanUpdate(terminal, update))
      await followDrain({ ...run, json: false, terminal: { ...terminal, out: terminal.err } }, begun, clock)
      return failureOf(await patiently(() => client.drains.of(begun.state.id), clock))
    }
  const ports: RollPorts = {
    newestOf: async (host) =>
      (await patiently(() => client.drains.list(), clock)).find(({ state }) => state.host === host) ?? null,
    drain: move('drain'),
    undrain: move('undrain'),
    command: async (host) => {
      const status = known.get(host)
      if (status === undefined) return 'it is not one of the hosts in use'
      const isHere = options.here === true
      const end = await runs(isHere ? here(command, host) : overSsh(command, status))
      return typeof end === 'string' ? end : whyFailed(end, !isHere && options.reboots === true)
    },
    status: async (host) => (await patiently(() => client.hosts(), clock)).find(({ name }) => name === host) ?? null,
    clock,
    say: (told) => terminal.err(terminal.style('bold', told)),
  }
  const rolled = await roll(hosts, ports, {
    reboots: options.reboots === true,
    undrainFirst,
    healthyWithinMs:
      options.healthyWithin === undefined ? usuallyHealthyWithinMs : parseDuration(options.healthyWithin),
  })
  const next = rolled.failed === null ? null : rollAgain(asked, rolled.left, rolled.failed.step)
  if (json) terminal.out(JSON.stringify({ ...rolled, next }))
  else {
    terminal.out(`done: ${rolled.done.length === 0 ? 'none' : rolled.done.join(', ')}`)
    if (rolled.failed !== null) {
      const { host, step, why } = rolled.failed
      terminal.out(`stopped at ${host}, ${step}: ${why}`)
      terminal.out(`next, once that is put right: ${next ?? ''}`)
    }
  }
  return rolled.failed === null ? exitCodes.done : exitCodes.failed
}

function question({ hosts, command }: RollAsked, undrainFirst: boolean): string {
  const [first = '', ...others] = hosts
  const whole = undrainFirst ? others : hosts
  const all = `empty ${whole.join(', ')}, one after the other, run "${command.join(' ')}" and fill them again`
  const words = [...(undrainFirst ? [`fill ${first} again`] : []), ...(whole.length === 0 ? [] : [all])].join(', then ')
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}? [y/N] `
}

function failureOf({ state }: Drain): string | null {
  if (state.end?.outcome === 'done') return null
  const left = state.guests.flatMap(({ guest, stage }) => (stage.kind === 'left' ? [`${guest}: ${stage.why}`] : []))
  const out = state.leftOut.map(({ guest, why }) => `${guest}: ${why}`)
  return [`it ended as ${state.end?.outcome ?? 'not yet'}`, ...left, ...out].join('; ')
}

const here = (command: readonly string[], host: string): readonly string[] =>
  command.map((word) => word.replaceAll('{}', host))

/** Its output goes where ours goes that is not the result. Why it did not run, or how it ended. */
function runs([program = '', ...rest]: readonly string[]): Promise<string | ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: ['ignore', 2, 2] })
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}
