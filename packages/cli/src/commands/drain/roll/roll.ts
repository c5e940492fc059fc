import type { Drain, HostStatus } from '@landfall/api'
import { formatDuration, LandfallError } from '@landfall/core'
import type { Clock } from '../../../clock.ts'
import { errorWords, isForeseen, showError } from '../../../error-exit.ts'

/** What a roll does to a host, in this order. */
export type RollStep = 'drain' | 'command' | 'restart' | 'health' | 'undrain'

export interface RollPorts {
  /** The newest drain of that host, or the way back; null where there is none. */
  readonly newestOf: (host: string) => Promise<Drain | null>
  /** Each to its end; null where it went well, else why not. */
  readonly drain: (host: string) => Promise<string | null>
  readonly undrain: (host: string) => Promise<string | null>
  readonly command: (host: string) => Promise<string | null>
  /** Null where that host is not one of those in use. */
  readonly status: (host: string) => Promise<HostStatus | null>
  readonly clock: Clock
  readonly say: (words: string) => void
}

export interface RollOptions {
  /** The command restarts the host: it has to be silent once before it counts as healthy. */
  readonly reboots: boolean
  readonly healthyWithinMs: number
  /** The first host was emptied and worked on by a roll that stopped afterwards: it has to be healthy, and is filled again. */
  readonly undrainFirst: boolean
}

export interface Rolled {
  readonly done: readonly string[]
  readonly failed: { readonly host: string; readonly step: RollStep; readonly why: string } | null
  /** Where it goes on after what failed was put right: that host and those behind it. */
  readonly left: readonly string[]
}

/**
 * One host after the other: emptied, the operator's command, healthy again, filled again. Stops at the first thing that fails, and
 * leaves everything as it is then. A host that was drained before, not undrained and is still empty is not drained again: so it is
 * resumed. That a way back was not whole does not say so: nobody has worked on that host for whoever begins another roll.
 */
export async function roll(hosts: readonly string[], ports: RollPorts, options: RollOptions): Promise<Rolled> {
  const done: string[] = []
  for (const [index, host] of hosts.entries()) {
    const whole: readonly (readonly [RollStep, () => Promise<string | null>])[] = [
      [
        'drain',
        async () =>
          (await isStillEmpty(host, ports)) ? null : ((await ports.drain(host)) ?? whyNotEmpty(host, ports)),
      ],
      ['command', () => ports.command(host)],
      ...(options.reboots ? [['restart', () => untilSilent(host, ports)] as const] : []),
      ['health', () => untilHealthy(host, ports, options)],
      ['undrain', () => ports.undrain(host)],
    ]
    const isWorkedOn = index === 0 && options.undrainFirst
    for (const [step, act] of whole) {
      if (isWorkedOn && !isAfterWork(step)) continue
      ports.say(`${host}: ${words[step]}`)
      const why = await act().catch(whyOf)
      if (why !== null) return { done, failed: { host, step, why }, left: hosts.slice(index) }
    }
    done.push(host)
  }
  return { done, failed: null, left: [] }
}

/** Once these are reached the command has done its work, and is not run again. */
export const isAfterWork = (step: RollStep): boolean => step === 'health' || step === 'undrain'

/** What is thrown on purpose stops a roll as anything does that fails: whoever began it has to hear where it stands. */
function whyOf(error: unknown): string {
  if (error instanceof LandfallError || isForeseen(error)) return errorWords(showError(error))
  throw error
}

const words: Readonly<Record<RollStep, string>> = {
  drain: 'is emptied',
  command: 'the command runs',
  restart: 'has to restart',
  health: 'has to answer',
  undrain: 'is filled again',
}

/** That it was emptied does not say so: since then a guest may have been started on it, or was moved there by somebody else. */
async function isStillEmpty(host: string, { newestOf, status }: RollPorts): Promise<boolean> {
  const newest = await newestOf(host)
  if (newest?.state.kind !== 'drain' || newest.state.end?.outcome !== 'done') return false
  const told = await status(host)
  return answersNow(told) && told.runningGuests === 0
}

const lookEveryMs = 2000
/** A service tells what it heard a moment ago, when the last guest may have been there still. */
const emptyWithinMs = 20_000

/** A drain that is done says nothing of who was started there since. Null where the host says that nobody runs on it. */
async function whyNotEmpty(
  host: string,
  { status, clock }: Pick<RollPorts, 'status' | 'clock'>,
): Promise<string | null> {
  const until = clock.now() + emptyWithinMs
  for (;;) {
    const told = await status(host)
    const answers = answersNow(told)
    if (answers && told.runningGuests === 0) return null
    if (clock.now() >= until) {
      if (!answers) return 'it does not answer, so that nobody can say whether it is empty'
      const guests = told.runningGuests === 1 ? 'a guest is' : `${told.runningGuests} guests are`
      return `${guests} on it still: started there, or come there, since its drain was planned`
    }
    await clock.sleep(lookEveryMs)
  }
}

/** A host that answers once may be about to go down. */
const looksInARow = 3
/** A service tells what it heard last: older than that is no answer. */
const freshMs = 10_000
const answersNow = (told: HostStatus | null): told is Extract<HostStatus, { readonly reachable: true }> =>
  told?.reachable === true && told.ageMs < freshMs

const silentWithinMs = 300_000

async function untilSilent(
  host: string,
  { status, clock }: Pick<RollPorts, 'status' | 'clock'>,
): Promise<string | null> {
  const until = clock.now() + silentWithinMs
  while (answersNow(await status(host))) {
    if (clock.now() >= until) return `it was to restart, and answers still after ${formatDuration(silentWithinMs)}`
    await clock.sleep(lookEveryMs)
  }
  return null
}

async function untilHealthy(
  host: string,
  { status, clock }: Pick<RollPorts, 'status' | 'clock'>,
  { healthyWithinMs }: RollOptions,
): Promise<string | null> {
  const until = clock.now() + healthyWithinMs
  for (let row = 0; row < looksInARow;) {
    row = answersNow(await status(host)) ? row + 1 : 0
    if (row === looksInARow) break
    if (clock.now() >= until) return `its libvirt has not answered within ${formatDuration(healthyWithinMs)}`
    await clock.sleep(lookEveryMs)
  }
  return null
}
