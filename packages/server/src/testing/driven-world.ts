import type { MigrationUpdate, Role } from '@landfall/api'
import type { Act, Facts, HostView, Intent, Sample, SteerState } from '@landfall/core'
import { defaultIntent, initialState, plan, typicalOverheads } from '@landfall/core'
import type { Clock } from '../clock.ts'
import type { MigrationEntry } from '../store/story/entry.ts'
import { plainRecord, running, storyOf } from './story.ts'
import { RunningStory } from '../run/running-story.ts'
import type { DriverOptions, DriverPorts, Ending } from '../run/live/driver/driver.ts'
import { Driver } from '../run/live/driver/driver.ts'

export const MiB = 1024 ** 2
export const facts: Facts = {
  memoryBytes: 1024 * MiB,
  vcpus: 1,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
  ],
  link: { bytesPerSecond: { low: 85 * MiB, likely: 91 * MiB, high: 95 * MiB }, source: 'configured' },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'tcg',
  overheads: typicalOverheads('tcg'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}

export const absent: HostView = { kind: 'absent' }
export const is = (state: string, reason: string, outgoingJob = false): HostView => ({
  kind: 'present',
  state,
  reason,
  outgoingJob,
})
export const moving = { source: is('running', 'booted', true), destination: is('paused', 'migration') }
export const landed = { source: absent, destination: is('running', 'migrated') }
export const stayed = { source: is('running', 'booted'), destination: absent }
export const silent: HostView = { kind: 'unreachable', why: 'no route' }
export const broken = { source: is('paused', 'postcopy-failed', true), destination: is('running', 'postcopy-failed') }

export function sample(elapsedMs: number, part: Partial<Sample> = {}): Sample {
  return {
    pass: 1,
    passStarted: false,
    remainingBytes: 500 * MiB,
    bytesSent: 500 * MiB,
    bandwidthBytesPerSecond: 91 * MiB,
    dirtyPagesPerSecond: null,
    pageSizeBytes: 4096,
    throttlePercent: 0,
    phase: 'active',
    elapsedMs,
    downtimeLimitMs: 300,
    ...part,
  }
}

/** Nova's own schedule. */
export const asNova: Intent = {
  ...defaultIntent,
  schedule: {
    name: 'Nova',
    pauses: [{ afterMs: 0, downtimeMs: 50 }],
    timeoutMs: 3000,
    timeoutAction: 'force-complete',
    autoConverge: false,
    postCopy: false,
  },
}

/** A world in which time passes only while the driver sleeps. */
export class World {
  nowMs = 1_000_000
  readonly beganAt = this.nowMs
  /** Without samples. */
  readonly journal: MigrationEntry[] = []
  story: RunningStory = running(storyOf(plainRecord))
  readonly performed: Act[] = []
  readonly updates: MigrationUpdate[] = []
  /** What was journaled and done, in order. */
  readonly order: string[] = []
  places: { source: HostView; destination: HostView } = moving
  read: (elapsedMs: number) => Sample | null = (elapsedMs) => sample(elapsedMs)
  performs: (act: Act) => void = () => undefined
  resumes = 0
  onResume: () => Promise<void> = async () => undefined
  obstacle: () => string | null = () => null

  readonly clock: Clock = {
    now: () => this.nowMs,
    sleep: async (ms, signal) => {
      if (signal?.aborted !== true) this.nowMs += ms
      // Lets what was settled in the meantime be seen.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }

  drive(
    launch: DriverPorts['launch'],
    hands: Role['hands'] = 'on',
    {
      intent = defaultIntent,
      state = initialState(plan(intent, facts), intent, facts, this.beganAt),
      ...options
    }: { intent?: Intent; state?: SteerState } & Pick<DriverOptions, 'intentSource' | 'driverLives'> = {},
  ): { driver: Driver; ended: Promise<Ending> } {
    const ports: DriverPorts = {
      launch,
      resumePostCopy: () => {
        this.resumes++
        return this.onResume()
      },
      obstacleToResume: async () => this.obstacle(),
      readSample: async () => this.read(this.nowMs - this.beganAt),
      perform: async (act) => {
        this.order.push(`do ${act.kind}`)
        this.performs(act)
        this.performed.push(act)
      },
      resumeGuest: async () => {
        this.order.push('resume the guest')
        this.places = stayed
      },
      look: async () => this.places,
    }
    const write = (entries: readonly MigrationEntry[]): void => {
      for (const entry of entries) {
        if (entry.kind !== 'sample') this.journal.push(entry)
        if (entry.kind === 'act') this.order.push(`${entry.stage} ${entry.act.kind}`)
      }
    }
    this.story = new RunningStory(storyOf({ ...plainRecord, intent, facts }, {}, this.beganAt), write, () => undefined)
    const driver = new Driver(ports, this.story, state, hands, {
      clock: this.clock,
      onUpdate: (update) => void this.updates.push(update),
      ...options,
    })
    return { driver, ended: driver.run() }
  }

  /** A launch that is over when the given time has passed. */
  launchFor(ms: number, end: () => void): () => Promise<void> {
    return async () => {
      const endsAt = this.nowMs + ms
      while (this.nowMs < endsAt) await new Promise((resolve) => setImmediate(resolve))
      end()
    }
  }

  /** Runs a second, then the stream of its post-copy breaks. */
  launchThatBreaks(): () => Promise<void> {
    return this.launchFor(1000, () => {
      this.places = broken
      throw new Error('stream broke')
    })
  }
}
