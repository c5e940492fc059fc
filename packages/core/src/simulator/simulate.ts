import { diskFlow } from '../disks/local-disks.ts'
import type { Facts } from '../facts.ts'
import { switchoverCostMs } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import type { Plan } from '../plan/plan-shape.ts'
import { plan as makePlan } from '../plan/plan.ts'
import type { Stream } from '../plan/stream/stream.ts'
import { strategies } from '../strategies/strategies.ts'
import type { Act, Outlook } from '../steer/state.ts'
import { adopt } from '../steer/observe/missed-passes.ts'
import { initialState } from '../steer/state.ts'
import { steer } from '../steer/steer.ts'
import type { Sample } from '../steer/observe/sample.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import type { GuestModel } from './guest.ts'
import type { QemuFigures, QemuOptions } from './qemu.ts'
import { SimulatedQemu, stepMs } from './qemu.ts'
import { seededRandom } from './random.ts'

/** How QEMU's bandwidth estimate strays: every 100 ms window is drawn from `low … high` times the true rate. */
export interface EstimateNoise {
  readonly low: number
  readonly high: number
}

export interface SimulatedLink {
  readonly bytesPerSecond: BytesPerSecond
  /** What waits in the sockets at its two ends; 0 unless told. */
  readonly socketBytes?: Bytes
  readonly noise?: EstimateNoise
}

export interface TimedAct {
  readonly atMs: Milliseconds
  readonly act: Act
}

export interface SimulatedRun extends QemuFigures {
  /** `unfinished`: still going when the simulation was cut off. */
  readonly outcome: 'completed' | 'aborted' | 'refused' | 'unfinished'
  readonly plan: Plan | null
  readonly acts: readonly TimedAct[]
  readonly outlooks: readonly Outlook[]
  readonly samples: readonly Sample[]
}

const pollMs = 100
const exact: EstimateNoise = { low: 1, high: 1 }

function noiseFrom(noise: EstimateNoise, seed: number): () => number {
  const random = seededRandom(seed)
  return () => noise.low + (noise.high - noise.low) * random()
}

export interface RunOptions {
  readonly guest: GuestModel
  readonly link: SimulatedLink
  readonly facts: Facts
  readonly seed?: number
  readonly mostMs?: Milliseconds
  readonly periodicSync?: boolean
  /** Nobody looks in that time: the driver has died, and the next takes over at its end. */
  readonly unwatched?: { readonly fromMs: Milliseconds; readonly toMs: Milliseconds }
}

const mostSimulatedMs = 3_600_000

const outcomeOf = (qemu: SimulatedQemu): SimulatedRun['outcome'] =>
  qemu.phase === 'completed' ? 'completed' : qemu.phase === 'cancelled' ? 'aborted' : 'unfinished'

/** What the stream makes of the link, as its plan reckons. */
const carriedRate = ({ link, facts }: RunOptions, stream: Stream | null): BytesPerSecond =>
  stream === null
    ? link.bytesPerSecond
    : (link.bytesPerSecond * stream.bytesPerSecond.likely) / facts.link.bytesPerSecond.likely

function qemuOptions(
  options: RunOptions,
  { launch, stream }: Pick<Plan, 'launch' | 'stream'> | { readonly launch: null; readonly stream: null },
): QemuOptions {
  const { facts, link } = options
  // Of local disks only what they take is modelled: their time before the memory, their share of the link and their end.
  const wireShare = stream?.compression === 'zstd' ? stream.wireShare.likely : null
  const share = wireShare ?? 1
  const { copyMs, memoryLink } = diskFlow(facts, 'likely', carriedRate(options, stream) * share)
  return {
    guest: options.guest,
    linkBytesPerSecond: memoryLink / share,
    wireShare,
    ...(link.socketBytes === undefined ? {} : { socketBytes: link.socketBytes }),
    sendsDeltas: launch?.compression === 'xbzrle',
    overheads: {
      ...facts.overheads,
      prepareMs: facts.overheads.prepareMs + copyMs,
      switchoverMs: switchoverCostMs(facts),
    },
    downtimeLimitMs: launch?.downtimeLimitMs ?? facts.defaultDowntimeLimitMs,
    autoConverge: launch?.autoConverge ?? null,
    periodicSync: options.periodicSync ?? true,
    postCopyArmed: launch?.postCopy ?? false,
    estimateNoise: noiseFrom(link.noise ?? exact, options.seed ?? 1),
  }
}

/** A migration as Landfall would do it: plan, launch, steer. Deterministic for a seed. */
export function simulate(intent: Intent, options: RunOptions): SimulatedRun {
  const { facts } = options
  const chosen = makePlan(intent, facts)
  const qemu = new SimulatedQemu(qemuOptions(options, chosen))
  const record = { plan: chosen, acts: [] as TimedAct[], outlooks: [] as Outlook[], samples: [] as Sample[] }
  if (chosen.strategy === null || !strategies[chosen.strategy].live) {
    return { ...qemu.figures, ...record, outcome: chosen.verdict === 'refuse' ? 'refused' : 'completed' }
  }
  let state = initialState(chosen, intent, facts, 0)
  let lookAt = 0
  let seenPass = 0
  while (!qemu.over && qemu.now < (options.mostMs ?? mostSimulatedMs)) {
    qemu.step()
    // As the server does it: when steering asked for it, and when libvirt tells of a new pass.
    if (qemu.now < lookAt && qemu.pass === seenPass && !qemu.over) continue
    const { fromMs = Infinity, toMs = Infinity } = options.unwatched ?? {}
    if (qemu.now >= fromMs && qemu.now < toMs && !qemu.over) {
      state = adopt(state)
      continue
    }
    const sample = qemu.sample()
    seenPass = qemu.pass
    const steering = steer(state, sample, qemu.now)
    state = steering.state
    lookAt = qemu.now + steering.lookAgainMs
    record.outlooks.push(steering.outlook)
    record.samples.push(sample)
    for (const act of steering.acts) {
      qemu.do(act)
      record.acts.push({ atMs: qemu.now, act })
    }
  }
  return { ...qemu.figures, ...record, outcome: outcomeOf(qemu) }
}

/** What others do: QEMU with fixed settings and acts at fixed times, for comparison and what-if. */
export function simulateScript(
  options: RunOptions,
  script: {
    readonly autoConverge?: QemuOptions['autoConverge']
    readonly postCopyArmed?: boolean
    readonly acts?: readonly {
      readonly atMs: Milliseconds
      readonly downtimeMs?: Milliseconds
      readonly kind: Act['kind']
    }[]
    /** As virsh's --postcopy-after-precopy: after the first pass. */
    readonly postCopyAfterFirstPass?: boolean
  },
): SimulatedRun {
  const qemu = new SimulatedQemu({
    ...qemuOptions(options, { launch: null, stream: null }),
    autoConverge: script.autoConverge ?? null,
    postCopyArmed: script.postCopyArmed ?? script.postCopyAfterFirstPass ?? false,
  })
  const samples: Sample[] = []
  const pending = [...(script.acts ?? [])]
  let switched = false
  while (!qemu.over && qemu.now < (options.mostMs ?? mostSimulatedMs)) {
    qemu.step()
    for (const next of pending.filter(({ atMs }) => atMs === Math.floor(qemu.now / stepMs) * stepMs)) qemu.do(next)
    if (qemu.now % pollMs !== 0) continue
    const sample = qemu.sample()
    samples.push(sample)
    if (script.postCopyAfterFirstPass && sample.pass >= 2 && !switched) {
      switched = true
      qemu.do({ kind: 'start-post-copy' })
    }
  }
  return { ...qemu.figures, plan: null, acts: [], outlooks: [], samples, outcome: outcomeOf(qemu) }
}
