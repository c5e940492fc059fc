import { setTimeout as delay } from 'node:timers/promises'
import {
  inHost,
  monotonicNowMs,
  startHubService,
  startLibvirtd,
  startNovaCompute,
  stopHubService,
  stopLibvirtd,
  stopNovaCompute,
} from '@landfall/lab'
import type { GuestRequest, NovaOptions } from '@landfall/lab'
import type { Case, Shown } from '../case.ts'
import { busy, calm, fast, nothingArmed, postCopy, slow, slowest } from '../case.ts'
import { end, landfall, reportOf, showsCopying } from '../command.ts'
import type { Running } from '../command.ts'
import type { Instance, Outcome } from '../instance.ts'
import { jobOf, newest, outcome, reached, until } from '../instance.ts'

interface Fault {
  readonly what: string
  readonly guest?: GuestRequest
  readonly options?: NovaOptions
  readonly link?: string
  /** Nova's word for where it happens. */
  readonly at?: string
  readonly spoils?: true
  readonly migrate?: readonly string[]
  readonly happens: (of: Instance, moving: Running, hostsFile: string) => Promise<void>
  /** After Landfall has ended: what is broken is mended before anybody is asked. */
  readonly mended?: (of: Instance) => Promise<void>
  readonly isAsExpected: (after: Outcome, of: Instance) => boolean
}

const stays = (after: Outcome, { from }: Instance): boolean =>
  after.runsOn.length === 1 && after.runsOn[0] === from && after.novaHost === from
const landsRight = (after: Outcome, { to }: Instance): boolean => after.right && after.novaHost === to
const isOneAndTheSame = (after: Outcome): boolean => after.runsOn.length === 1 && after.runsOn[0] === after.novaHost

const compute = (of: Instance, signal: 'STOP' | 'CONT'): Promise<string> =>
  inHost(of.lab, of.from, ['sh', '-c', `kill -${signal} "$(cat /run/landfall/nova-compute.pid)"`])
const killQemu = (of: Instance, host: string): Promise<string> =>
  inHost(of.lab, host, ['sh', '-c', `kill -9 "$(cat /run/libvirt/qemu/${of.domain}.pid)"`])
const lasts = (running: Running, ms: number): Promise<boolean> =>
  until(() => Promise.resolve(running.child.exitCode !== null || running.child.signalCode !== null), ms)

/** Nothing of it is wrong, wherever it is. */
const isUnharmed = ({ verdict }: Outcome): boolean =>
  verdict.wrongPages + verdict.wrongBlocks === 0 && !verdict.rebooted

/** Who has it where, and how it is. */
export function placesOf({ from }: Instance, after: Outcome): string {
  const { verdict, runsOn, novaHost, record, status, writesOn, swept } = after
  const place = (host: string | null): string => (host === from ? 'source' : 'destination')
  const wrong = `wrong ${verdict.wrongPages} + ${verdict.wrongBlocks}${swept === true ? ' in a whole sweep' : ''}`
  const guest = `guest ${writesOn ? 'alive' : 'silent'}, ${wrong}${verdict.rebooted ? ', booted again' : ''}`
  return `Nova ${record}, ${status} on the ${place(novaHost)}; libvirt: ${runsOn.map(place).join(' and ') || 'nowhere'}; ${guest}`
}

async function meets(of: Instance, hostsFile: string, fault: Fault): Promise<Shown> {
  const before = await newest(of)
  const since = monotonicNowMs()
  const moving = landfall(hostsFile, ['migrate', of.id, '--to', of.to, '--json', ...(fault.migrate ?? [])])
  const record = await reached(of, before, fault.at ?? 'running')
  if (record === null) throw new Error(`never ${fault.at ?? 'running'}: ${moving.told()}`)
  if (!(await until(() => Promise.resolve(showsCopying(moving)), 60_000)))
    throw new Error(`it was not seen to be copied: ${moving.told()}`)
  await fault.happens(of, moving, hostsFile)
  const ended = await lasts(moving, 240_000)
  if (!ended) await end(moving)
  await fault.mended?.(of)
  const after = await outcome(of, since, { sweep: true })
  const report = reportOf(moving.printed())
  return {
    asExpected: fault.isAsExpected(after, of) && isUnharmed(after),
    words: `Landfall ${report?.outcome ?? 'gave no report'} (${report?.reason.code ?? moving.child.signalCode ?? '?'}); ${placesOf(of, after)}`,
    figures: { after, report, told: moving.told() },
  }
}

const caseOf = (fault: Fault): Case => ({
  what: fault.what,
  breaks: true,
  guest: fault.guest ?? calm,
  options: fault.options ?? nothingArmed,
  link: fault.link ?? slow,
  ...(fault.spoils === true ? { spoils: true } : {}),
  run: (of, hostsFile) => meets(of, hostsFile, fault),
})

/** Another one of Landfall's goes on with what the killed one left. */
async function killedAndFollowed(moving: Running, hostsFile: string): Promise<void> {
  await end(moving, 'SIGKILL')
  const steer = landfall(hostsFile, ['steer', '--json'])
  await until(() => Promise.resolve(reportOf(steer.printed()) !== null), 120_000)
  await end(steer)
}

/** Nova alone: nova-compute of the source is killed in pre-copy, and started again once the copy is over. */
export async function leftBehind(of: Instance): Promise<void> {
  const { lab, cloud, id, from, to } = of
  const before = await newest(of)
  await cloud.compute.actions.liveMigrate(id, { host: to })
  if ((await reached(of, before, 'running')) === null) throw new Error('Nova did not begin')
  const copies = async (): Promise<boolean> => !((await jobOf(of, from)).get('Job type') ?? 'None').includes('None')
  if (!(await until(copies, 60_000))) throw new Error('libvirt did not begin')
  await stopNovaCompute(lab, from, 'KILL')
  await until(async () => !(await copies()), 240_000, 1000)
  await startNovaCompute(lab, from)
}

/** The same without Landfall: what Nova alone makes of it. */
async function alone(of: Instance): Promise<Shown> {
  const since = monotonicNowMs()
  await leftBehind(of)
  const after = await outcome(of, since, { sweep: true })
  return {
    asExpected: after.runsOn.join() === of.to && after.novaHost === of.from,
    words: `${placesOf(of, after)}: an orphan`,
    figures: { after },
  }
}

const faults: Readonly<Record<string, Fault>> = {
  'compute-killed': {
    what: 'nova-compute of the source killed in pre-copy, started again after Landfall’s end',
    link: slowest,
    happens: ({ lab, from }) => stopNovaCompute(lab, from, 'KILL'),
    mended: ({ lab, from }) => startNovaCompute(lab, from),
    isAsExpected: stays,
    spoils: true,
  },
  'compute-frozen': {
    what: 'nova-compute of the source frozen for 60 s in pre-copy',
    link: slowest,
    happens: async (of) => {
      await compute(of, 'STOP')
      await delay(60_000)
      await compute(of, 'CONT')
    },
    isAsExpected: stays,
    spoils: true,
  },
  'compute-restarted': {
    what: 'nova-compute of the source ended (TERM) and started in pre-copy',
    happens: async ({ lab, from }) => {
      await stopNovaCompute(lab, from)
      await startNovaCompute(lab, from)
    },
    isAsExpected: isOneAndTheSame,
    spoils: true,
  },
  'api-down': {
    what: 'Nova’s API down for 25 s in pre-copy',
    happens: async ({ lab }) => {
      await stopHubService(lab, 'nova')
      await delay(25_000)
      await startHubService(lab, 'nova')
    },
    isAsExpected: landsRight,
  },
  'broker-restarted': {
    what: 'RabbitMQ ended and started in pre-copy',
    happens: async ({ lab }) => {
      await stopHubService(lab, 'rabbitmq')
      await startHubService(lab, 'rabbitmq')
    },
    isAsExpected: isOneAndTheSame,
  },
  'libvirtd-restarted': {
    what: 'libvirtd of the source ended and started in pre-copy',
    happens: async ({ lab, from }) => {
      await stopLibvirtd(lab, from)
      await startLibvirtd(lab, from)
    },
    isAsExpected: stays,
    spoils: true,
  },
  'guest-off': {
    what: 'the guest powers itself off in pre-copy',
    happens: async (of) => {
      await inHost(of.lab, of.from, ['virsh', 'qemu-monitor-command', of.domain, '--hmp', 'system_powerdown'])
    },
    isAsExpected: ({ runsOn }) => runsOn.length === 0,
    spoils: true,
  },
  'destination-killed': {
    what: 'QEMU of the destination killed in pre-copy',
    happens: async (of) => void (await killQemu(of, of.to)),
    isAsExpected: stays,
  },
  'landfall-killed': {
    what: 'Landfall killed in pre-copy; landfall steer takes it up',
    happens: (_of, moving, hostsFile) => killedAndFollowed(moving, hostsFile),
    isAsExpected: landsRight,
  },
  'landfall-killed-post-copy': {
    what: 'Landfall killed in post-copy; landfall steer takes it up',
    guest: busy,
    options: postCopy,
    link: fast,
    at: 'running (post-copy)',
    migrate: ['--max-pause', '1s'],
    happens: (_of, moving, hostsFile) => killedAndFollowed(moving, hostsFile),
    isAsExpected: landsRight,
  },
}

export const broken: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, caseOf(fault)])),
  'compute-killed-alone': {
    what: 'the same with Nova alone: nova-compute of the source killed in pre-copy, started again after the copy',
    breaks: true,
    guest: calm,
    options: nothingArmed,
    link: slowest,
    spoils: true,
    run: alone,
  },
}
