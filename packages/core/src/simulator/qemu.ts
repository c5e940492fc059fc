import type { Overheads } from '../facts.ts'
import type { Deltas } from '../forecast/copying/deltas.ts'
import { deltasAfter } from '../forecast/copying/deltas.ts'
import { firstDeltaPass } from '../forecast/copying/passes.ts'
import { sendMs } from '../forecast/copying/scenario.ts'
import { throttleStallMs } from '../forecast/throttle.ts'
import type { MigrationPhase, Sample } from '../steer/observe/sample.ts'
import type { Act } from '../steer/state.ts'
import type { Bytes, BytesPerSecond, Milliseconds, Percent } from '../units.ts'
import { MiB } from '../units.ts'
import { DirtyMemory } from './dirty-memory.ts'
import type { GuestModel } from './guest.ts'
import { speedAt } from './guest.ts'

export interface QemuOptions {
  readonly guest: GuestModel
  /** Of the guest's memory. */
  readonly linkBytesPerSecond: BytesPerSecond
  /** Bytes on the wire for each of the guest's; null without compression. */
  readonly wireShare: number | null
  /** XBZRLE. */
  readonly sendsDeltas?: boolean
  /** What waits in the sockets of both hosts while QEMU sends as fast as it can; 0 unless told. */
  readonly socketBytes?: Bytes
  readonly overheads: Overheads
  readonly downtimeLimitMs: Milliseconds
  readonly autoConverge: { readonly initialPercent: Percent; readonly incrementPercent: Percent } | null
  /** QEMU ≥ 9.2 syncs every 5 s while auto-converge is on. */
  readonly periodicSync: boolean
  readonly postCopyArmed: boolean
  /** QEMU's 100 ms bandwidth estimate ÷ the true rate, drawn for every window. */
  readonly estimateNoise: () => number
}

interface ActFigures {
  readonly downtimeMs?: Milliseconds
  readonly switchoverBytesPerSecond?: BytesPerSecond
  readonly percent?: Percent
  readonly mebibytesPerSecond?: number | null
}

/** The figures of a simulated migration, as an outside observer would measure them. */
export interface QemuFigures {
  readonly totalTimeMs: Milliseconds
  readonly downtimeMs: Milliseconds
  readonly longestStallMs: Milliseconds
  readonly lostWorkSeconds: number
  readonly bytesSent: Bytes
  readonly passes: number
  readonly maxThrottlePercent: Percent
}

export const stepMs: Milliseconds = 10
/** QEMU looks at its threshold after at most 50 ms of sending (MAX_WAIT) and estimates the rate over 100 ms. */
const lookMs = 50
const estimateMs = 100
const periodicSyncMs = 5000
/** Syncs closer than this are not accounted (ram.c). */
const accountedMs = 1000
const triggerShare = 0.5
const mostThrottle = 99
/** The longest gap that the lab's guest showed while its memory followed. */
const postCopyStallMs = 290

/** QEMU's migration loop over a modelled guest, 10 ms at a time. */
export class SimulatedQemu {
  readonly #options: QemuOptions
  readonly #memory: DirtyMemory
  readonly #share: number
  /** Bytes on the wire in a second that QEMU may send. */
  #mostRate: BytesPerSecond = Infinity
  #inSockets: Bytes = 0
  #phase: MigrationPhase = 'preparing'
  #now = 0
  #limitMs: Milliseconds
  /** What QEMU was told to reckon with instead of its estimate; 0 for that. */
  #toldRate: BytesPerSecond = 0
  /** Worked out anew with each estimate (BUFFER_DELAY). */
  #threshold: Bytes = 0
  #pass = 0
  #reportedPass = 0
  #sent = 0
  #windowSent = 0
  #estimate: BytesPerSecond = 0
  #accountedAt = 0
  #sentAtAccount = 0
  #foundSinceAccount = 0
  #lastSyncAt = 0
  /** What the guest has run in this pass, and in the one before: since then pages of this one were sent. */
  #ranInPassMs = 0
  #ranInLastPassMs = 0
  #dirtyPages: number | null = null
  #highRates = 0
  #throttle = 0
  #initial: Percent
  #step: Percent
  #most: Percent = mostThrottle
  #postCopyWanted = false
  #suspended = false
  #pushLeft = 0
  #stopsUntil = 0
  #downtime = 0
  #stoodStill = 0
  #longestStall = 0
  #lostMs = 0
  #maxThrottle = 0

  constructor(options: QemuOptions) {
    this.#options = options
    this.#memory = new DirtyMemory(options.guest)
    this.#share = options.wireShare ?? 1
    this.#limitMs = options.downtimeLimitMs
    this.#initial = options.autoConverge?.initialPercent ?? 0
    this.#step = options.autoConverge?.incrementPercent ?? 0
  }

  get now(): Milliseconds {
    return this.#now
  }

  get over(): boolean {
    return this.#phase === 'completed' || this.#phase === 'cancelled'
  }

  get pass(): number {
    return this.#pass
  }

  get phase(): MigrationPhase {
    return this.#phase
  }

  get figures(): QemuFigures {
    return {
      totalTimeMs: this.#now + (this.#phase === 'completed' ? this.#options.overheads.teardownMs : 0),
      downtimeMs: this.#downtime,
      longestStallMs: this.#longestStall,
      lostWorkSeconds: this.#lostMs / 1000,
      bytesSent: this.#sent * this.#share,
      passes: this.#pass,
      maxThrottlePercent: this.#maxThrottle,
    }
  }

  sample(): Sample {
    const started = this.#pass > this.#reportedPass
    this.#reportedPass = this.#pass
    return {
      pass: this.#pass,
      passStarted: started,
      remainingBytes:
        this.#phase === 'post-copy' ? this.#pushLeft : this.#phase === 'preparing' ? 0 : this.#memory.remaining,
      bytesSent: this.#sent * this.#share,
      ...(this.#options.wireShare === null ? {} : { pageBytesSent: this.#sent }),
      bandwidthBytesPerSecond: this.#estimate > 0 ? this.#estimate : null,
      dirtyPagesPerSecond: this.#dirtyPages,
      pageSizeBytes: 4096,
      throttlePercent: this.#throttle,
      phase: this.#phase,
      elapsedMs: this.#now,
      downtimeLimitMs: this.#limitMs,
    }
  }

  do(act: Pick<Act, 'kind'> & ActFigures): void {
    if (act.kind === 'set-downtime-limit') {
      this.#limitMs = act.downtimeMs ?? this.#limitMs
      this.#toldRate = act.switchoverBytesPerSecond ?? 0
    } else if (act.kind === 'start-post-copy') this.#postCopyWanted = this.#options.postCopyArmed
    else if (act.kind === 'set-throttle') this.#throttleTo(act.percent ?? this.#initial)
    else if (act.kind === 'suspend') this.#suspended = true
    else if (act.kind === 'set-bandwidth') this.#mostRate = (act.mebibytesPerSecond ?? Infinity) * MiB
    else if (act.kind === 'change-intent') return
    // QEMU takes a cancel until the guest runs elsewhere.
    else if (this.#phase !== 'post-copy' && !this.over) this.#phase = 'cancelled'
  }

  /** What the guest gets on with of a step: each first write to a page takes time of its own. */
  #loggedShare(speed: number): number {
    const { loggedWriteMicroseconds: cost = 0 } = this.#options.guest
    if (cost === 0) return 1
    const pages = this.#memory.firstWrites(stepMs, speed) / 4096
    return stepMs / (stepMs + (pages * cost) / 1000)
  }

  /** As the server does it: initial and maximum are set, and steps so large that the next trigger goes all the way. */
  #throttleTo(percent: Percent): void {
    this.#initial = percent
    this.#most = percent
    this.#step = mostThrottle
  }

  step(): void {
    this.#now += stepMs
    if (this.#phase === 'preparing') this.#prepare()
    else if (this.#phase === 'active') this.#copy()
    else if (this.#phase === 'switchover') this.#standStill()
    else if (this.#phase === 'post-copy') this.#push()
  }

  #prepare(): void {
    if (this.#now < this.#options.overheads.prepareMs) return
    this.#phase = 'active'
    this.#pass = 1
    this.#accountedAt = this.#now
    this.#lastSyncAt = this.#now
  }

  #copy(): void {
    const { guest } = this.#options
    const duty = this.#suspended ? 0 : 1 - this.#throttle / 100
    const speed = speedAt(guest, this.#now)
    const runs = duty * this.#loggedShare(speed * duty)
    this.#memory.write(stepMs, speed * runs)
    this.#ranInPassMs += stepMs * runs
    if (this.#suspended) this.#stoodStill += stepMs
    this.#lostMs += stepMs * (1 - runs + runs * guest.liveCost)
    const deltas = this.#deltas()
    const wire = this.#memory.send(stepMs, this.#sendRate(deltas)) * (deltas?.wireShare ?? 1)
    this.#sent += wire
    this.#fillSockets()
    this.#windowSent += wire
    if (this.#now % estimateMs === 0) {
      this.#estimate = ((this.#windowSent * this.#share) / estimateMs) * 1000 * this.#options.estimateNoise()
      this.#windowSent = 0
      this.#threshold = ((this.#toldRate > 0 ? this.#toldRate : this.#estimate) * this.#limitMs) / 1000
    }
    if (
      this.#options.autoConverge &&
      this.#options.periodicSync &&
      this.#pass >= 2 &&
      this.#now - this.#lastSyncAt >= periodicSyncMs
    ) {
      this.#sync()
    }
    if (this.#now % lookMs === 0) this.#look()
  }

  /** Of the guest's memory. */
  #sendRate(deltas: Deltas | null): BytesPerSecond {
    const most = this.#mostRate / (this.#share * (deltas?.wireShare ?? 1))
    return Math.min(deltas?.link ?? this.#options.linkBytesPerSecond, most)
  }

  /** What the link carries beyond what QEMU sends comes out of them. */
  #fillSockets(): void {
    const { socketBytes = 0, linkBytesPerSecond } = this.#options
    const spare = linkBytesPerSecond * this.#share - this.#mostRate
    this.#inSockets = spare <= 0 ? socketBytes : Math.max(0, this.#inSockets - (spare * stepMs) / 1000)
  }

  /** Off in pass 1, and pass 2 fills its cache. */
  #deltas(): Deltas | null {
    const { sendsDeltas, guest } = this.#options
    if (sendsDeltas !== true || this.#pass < firstDeltaPass || guest.deltas === undefined) return null
    return deltasAfter(guest.deltas, this.#ranInLastPassMs)
  }

  #look(): void {
    const { linkBytesPerSecond, overheads } = this.#options
    if (this.#postCopyWanted) {
      this.#memory.sync()
      this.#phase = 'post-copy'
      this.#pushLeft = this.#memory.remaining
      this.#stopsUntil = this.#now + overheads.switchoverMs
      this.#stop(overheads.switchoverMs)
      this.#longestStall = Math.max(
        this.#longestStall,
        Math.min(postCopyStallMs, (this.#pushLeft / linkBytesPerSecond) * 1000),
      )
      return
    }
    if (this.#memory.remaining >= this.#threshold) return
    this.#sync()
    if (this.#memory.remaining >= this.#threshold) return
    const lastRate = this.#deltas()?.link ?? linkBytesPerSecond
    const waitMs = sendMs(this.#inSockets, linkBytesPerSecond * this.#share)
    const pauseMs = sendMs(this.#memory.remaining, lastRate) + waitMs + overheads.switchoverMs
    this.#phase = 'switchover'
    this.#stopsUntil = this.#now + pauseMs
    this.#stop(pauseMs)
  }

  #stop(forMs: Milliseconds): void {
    this.#downtime = forMs + this.#stoodStill
    this.#lostMs += forMs
    this.#longestStall = Math.max(this.#longestStall, this.#downtime)
  }

  #standStill(): void {
    const deltas = this.#deltas()
    const link = deltas?.link ?? this.#options.linkBytesPerSecond
    this.#sent += this.#memory.send(stepMs, link) * (deltas?.wireShare ?? 1)
    if (this.#now >= this.#stopsUntil) this.#phase = 'completed'
  }

  #push(): void {
    const { linkBytesPerSecond, guest } = this.#options
    if (this.#now < this.#stopsUntil) return
    const sent = Math.min(this.#pushLeft, (linkBytesPerSecond * stepMs) / 1000)
    this.#sent += sent
    this.#pushLeft -= sent
    this.#lostMs += stepMs * (1 - guest.postCopySpeed)
    if (this.#pushLeft <= 0) this.#phase = 'completed'
  }

  #sync(): void {
    this.#foundSinceAccount += this.#memory.sync()
    this.#pass += 1
    this.#ranInLastPassMs = this.#ranInPassMs
    this.#ranInPassMs = 0
    this.#lastSyncAt = this.#now
    const period = this.#now - this.#accountedAt
    if (period <= accountedMs) return
    this.#dirtyPages = Math.round((this.#foundSinceAccount / 4096 / period) * 1000)
    const sent = this.#sent - this.#sentAtAccount
    if (this.#options.autoConverge && this.#foundSinceAccount > sent * triggerShare && ++this.#highRates >= 2)
      this.#slowDown()
    this.#accountedAt = this.#now
    this.#sentAtAccount = this.#sent
    this.#foundSinceAccount = 0
  }

  #slowDown(): void {
    this.#highRates = 0
    this.#throttle = Math.min(this.#most, this.#throttle === 0 ? this.#initial : this.#throttle + this.#step)
    this.#maxThrottle = Math.max(this.#maxThrottle, this.#throttle)
    this.#longestStall = Math.max(this.#longestStall, throttleStallMs(this.#throttle))
  }
}
