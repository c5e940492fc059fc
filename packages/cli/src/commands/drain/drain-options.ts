import type { DrainRequest } from '@landfall/api'
import { usualDrainLimits } from '@landfall/api'
import type { DrainLimits, TimeWindow } from '@landfall/core'
import { InputError, LandfallError, parseSize } from '@landfall/core'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { IntentInput } from '../intent-options.ts'
import { addIntentOptions, wantedBy } from '../intent-options.ts'
import { repeatedOption } from '../repeated-option.ts'

export interface LimitOptions {
  readonly atOnce?: string
  readonly perDestination?: string
  readonly fleet?: string
}

export interface RoomOptions {
  readonly headroom?: string
  readonly vcpusPerCpu?: string
}

export interface DrainOptions extends IntentInput, LimitOptions, RoomOptions {
  readonly to?: readonly string[]
  readonly dryRun?: boolean
  readonly html?: string
  readonly window?: string
  readonly otherwise?: DrainRequest['fallback']
  readonly partly?: boolean
  readonly yes?: boolean
}

/** Each by its name in a request: how it is typed, and what it says. */
const limitOptions = [
  ['perSource', 'at-once', 'how many leave a host at a time'],
  ['perDestination', 'per-destination', 'how many enter a host at a time'],
  ['fleet', 'fleet', 'how many move at a time in all'],
] as const

export const addLimitOptions = (command: Command): Command =>
  addLimits(command, (limit) => `default: ${usualDrainLimits[limit]}`)

/** As {@link addLimitOptions}, where limits are in force already. */
export const addLimitChanges = (command: Command): Command => addLimits(command, () => 'stays when left out')

function addLimits(command: Command, leftOut: (limit: keyof DrainLimits) => string): Command {
  for (const [limit, name, help] of limitOptions) command.option(`--${name} <count>`, `${help} (${leftOut(limit)})`)
  return command
}

export function addDrainOptions(command: Command): Command {
  addLimitOptions(command)
    .option('--dry-run', 'the plan, and nothing else')
    .option('--html <file>', 'write the plan as a page: who will feel what, by the label owner')
    .option('--window <HH:MM-HH:MM>', 'start nothing before, and nothing that would not have ended by then; local time')
    .addOption(
      new Option('--otherwise <what>', 'for a guest that will not move live (default: stay)').choices([
        'stay',
        'cold',
        'ask',
      ]),
    )
    .option('--partly', 'begin although some guests cannot go')
    .option('--yes', 'begin without asking')
  return addIntentOptions(command)
}

export const addDestinationOptions = (command: Command): Command =>
  addRoomOptions(
    command.addOption(
      repeatedOption('--to <host>', 'a host that may get guests; repeat it (default: every other one)'),
    ),
  )

export const addRoomOptions = (command: Command): Command =>
  command
    .option('--headroom <size>', 'memory that stays free on each destination, beyond its own reserve (default: 0)')
    .option('--vcpus-per-cpu <ratio>', 'how many vCPUs a CPU may carry (default: any number)')

/** What the options ask for. @throws InputError, LandfallError `bad-request` */
export function drainRequest(host: string, kind: DrainRequest['kind'], options: DrainOptions, now: Date): DrainRequest {
  return {
    host,
    kind,
    wanted: wantedBy(options),
    to: options.to ?? null,
    ...roomOf(options),
    limits: limitsOf(options),
    window: options.window === undefined ? null : parseWindow(options.window, now),
    fallback: options.otherwise ?? 'stay',
    partly: options.partly === true,
  }
}

export const roomOf = ({
  headroom,
  vcpusPerCpu,
}: RoomOptions): Pick<DrainRequest, 'headroomBytes' | 'mostVcpusPerCpu'> => ({
  headroomBytes: headroom === undefined ? 0 : parseSize(headroom),
  mostVcpusPerCpu: vcpusPerCpu === undefined ? null : ratio(vcpusPerCpu),
})

export const limitsOf = (options: LimitOptions): DrainLimits => ({ ...usualDrainLimits, ...limitsGiven(options) })

/** Those that were given, and no others. @throws LandfallError `bad-request` */
export function limitsGiven({ atOnce, perDestination, fleet }: LimitOptions): Partial<DrainLimits> {
  return {
    ...(atOnce === undefined ? {} : { perSource: count('--at-once', atOnce) }),
    ...(perDestination === undefined ? {} : { perDestination: count('--per-destination', perDestination) }),
    ...(fleet === undefined ? {} : { fleet: count('--fleet', fleet) }),
  }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw new LandfallError('bad-request', `${name}: "${text}" is not a number from 1 to 1000`, {
    next: `Write it like ${name} 2`,
  })
}

function ratio(text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new LandfallError('bad-request', `--vcpus-per-cpu: "${text}" is not a number above 0`, {
    next: 'Write it like --vcpus-per-cpu 4',
  })
}

/** `02:00-04:00`, in local time: the one that is open now, or the next. @throws InputError `bad-duration` */
export function parseWindow(text: string, now: Date): TimeWindow {
  const [, fromHour, fromMinute, toHour, toMinute] = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(text.trim()) ?? []
  const [from, to] = [minutesOf(fromHour, fromMinute), minutesOf(toHour, toMinute)]
  if (from === null || to === null || from === to) {
    throw new InputError('bad-duration', `"${text}" is not a window: write 02:00-04:00, in local time`)
  }
  const at = (day: number, minutes: number): number =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, 0, minutes).getTime()
  const nights = from < to ? 0 : 1
  for (const day of [-1, 0, 1]) {
    const window = { opensAt: at(day, from), closesAt: at(day + nights, to) }
    if (window.closesAt > now.getTime()) return window
  }
  throw new InputError('bad-duration', `"${text}" has no time left`)
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | null {
  const [hours, minutes] = [Number(hour), Number(minute)]
  return hours <= 23 && minutes <= 59 ? hours * 60 + minutes : null
}
