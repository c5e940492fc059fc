import type { Role } from '@landfall/api'
import type { Act, Milliseconds, Plan, Sample } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { isNoDomain, MaxSpeedFlag } from '@landfall/libvirt'
import type { Clock } from '../../../clock.ts'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { RunningStory } from '../../running-story.ts'
import { postCopyRecovery } from '../../../plan/preflight/post-copy-recovery.ts'
import type { DriverPorts } from '../driver/driver.ts'
import type { LaunchOptions } from './launch-options.ts'
import { launchOptions, resumeOptions } from './launch-options.ts'
import { viewOf } from '../../../guests/host-view.ts'
import { toSample } from './sample.ts'
import { isOutgoing } from '../../../guests/migration-role.ts'
import { setLimitAndRate } from './switchover-rate.ts'

export interface JobPortsOptions {
  readonly uuid: string
  /** Used for nothing but the migration call: it stays outstanding all the time. */
  readonly launcher: HostSession
  readonly source: HostSession
  readonly destination: HostSession
  readonly launch: Plan['launch']
  readonly persistent: boolean
  readonly origin: Role['origin']
  /** Whether somebody else sets QEMU's downtime limit, too: it is then read at each look. */
  readonly sharesLimit?: boolean
  /** When the migration was asked for, in the clock's time. */
  readonly beganAt: number
  readonly clock: Clock
  readonly story: RunningStory
  /** Makes what has to be on the destination beforehand. */
  readonly prepareDestination: () => Promise<void>
}

/** What libvirt takes for no limit, and has when nobody set one. */
const unlimitedMiBps = 8_796_093_022_207

/** The driver's hands: every port as one or two libvirt calls. */
export function jobPorts(options: JobPortsOptions): DriverPorts {
  const { uuid, launcher, source, destination, persistent, clock, story } = options
  const address = destination.host.migrationAddress
  let downtimeLimitMs: Milliseconds | undefined
  let known: Domain | null = null

  const guest = async (session: HostSession): Promise<Domain> => {
    const connection = await session.connection()
    return connection.domainLookupByUUID(uuid)
  }
  const migrate = async ({ flags, params }: LaunchOptions, justBefore?: () => Promise<void>): Promise<void> => {
    const domain = await guest(launcher)
    await justBefore?.()
    await domain.migrateToURI3(destination.host.peerUri, params, flags)
  }
  const launch = async (): Promise<void> => {
    const { launch: chosen } = options
    await story.tell({ at: clock.now(), kind: 'launching' })
    await options.prepareDestination()
    if (chosen.downtimeLimitMs !== null) {
      await (await guest(source)).migrateSetMaxDowntime(chosen.downtimeLimitMs)
    }
    // Disks and a connection of its own take their time: whoever took it over meanwhile may have told its end.
    await migrate(launchOptions(chosen, persistent, address), () =>
      story.assertStillOurs({ at: clock.now(), kind: 'launching' }),
    )
  }

  return {
    launch: options.origin === 'launched' ? launch : null,
    resumePostCopy: () => migrate(resumeOptions(persistent, options.launch.tls, address)),
    obstacleToResume: async () => {
      const [here, there] = await Promise.all([source.connection(), destination.connection()])
      const recovery = postCopyRecovery(here.libVersion, there.libVersion)
      return recovery.possible ? null : recovery.why
    },
    readSample: async (previous: Sample | null) => {
      const domain = known ?? (await source.find(uuid))
      known = null
      if (domain === null) return null
      const [stats, state] = await Promise.all([domain.getJobStats(), domain.getState()]).catch(nullWhereGone)
      if (stats === null) return null
      // Looked up again after anything unusual: the guest gone, the connection lost.
      known = domain
      if (!isOutgoing(stats)) return null
      // While QEMU cleans up after an abort its counters are gone: that is no migration that has not begun.
      if (previous !== null && previous.pass > 0 && (stats.fields.memoryIteration ?? 0) === 0) return null
      if (options.sharesLimit === true) downtimeLimitMs = undefined
      downtimeLimitMs ??= await domain.migrateGetMaxDowntime()
      const elapsedMs = clock.now() - options.beganAt
      return toSample(stats, state, previous, elapsedMs, downtimeLimitMs, options.launch.compression === 'zstd')
    },
    perform: async (act: Act) => {
      const domain = await guest(source)
      switch (act.kind) {
        case 'set-downtime-limit':
          // Where it fails it may be in force all the same: the next sample reads it again.
          downtimeLimitMs = undefined
          await setLimitAndRate(domain, options.launch, act)
          downtimeLimitMs = act.downtimeMs
          return
        case 'start-post-copy':
          return domain.migrateStartPostCopy()
        case 'set-throttle':
          // libvirt has no call for it. QEMU reads these at its next trigger, and then goes all the way at once; only
          // parameters are set, the migration itself stays libvirt's.
          return setThrottleBounds(domain, {
            initial: Math.round(act.percent),
            increment: 99,
            most: Math.round(act.percent),
          })
        case 'suspend':
          return domain.suspend()
        case 'set-bandwidth':
          // libvirt undoes both at the end of the migration.
          await domain.migrateSetMaxSpeed(act.mebibytesPerSecond ?? unlimitedMiBps)
          // Here 0 is no limit.
          if (act.postCopyToo) await domain.migrateSetMaxSpeed(act.mebibytesPerSecond ?? 0, MaxSpeedFlag.POSTCOPY)
          return
        case 'change-intent':
          return
        case 'abort':
          return domain.abortJob()
      }
    },
    resumeGuest: async () => (await guest(source)).resume(),
    look: async () => {
      const [here, there] = await Promise.all([viewOf(source, uuid), viewOf(destination, uuid)])
      return { source: here, destination: there }
    },
  }
}

function nullWhereGone(error: unknown): readonly [null, null] {
  if (isNoDomain(error)) return [null, null]
  throw error
}

export interface ThrottleBounds {
  readonly initial: number
  readonly increment: number
  readonly most: number
}

/** QEMU's own (migration/options.c, all versions read). */
export const qemuThrottleBounds: ThrottleBounds = { initial: 20, increment: 10, most: 99 }

export async function setThrottleBounds(domain: Domain, bounds: ThrottleBounds): Promise<void> {
  await domain.qemuMonitorCommand({
    execute: 'migrate-set-parameters',
    arguments: {
      'cpu-throttle-initial': bounds.initial,
      'cpu-throttle-increment': bounds.increment,
      'max-cpu-throttle': bounds.most,
    },
  })
}
