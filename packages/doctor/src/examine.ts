import type {
  Advice,
  AdvisedChange,
  FleetAudit,
  HostConfig,
  HostLog,
  HostRemark,
  MigrationFinding,
  Reading,
  Release,
  ReleaseRange,
  Unreadable,
  WrittenByHost,
} from '@landfall/nova'
import {
  adviceFor,
  advisedChanges,
  auditFleet,
  both,
  diagnose,
  differingOptions,
  HostLogReader,
  readHostConfig,
  releases,
  releasesOfAll,
  releasesOfLog,
  writtenOptions,
} from '@landfall/nova'
import type { HostMaterial, HostSpec } from './hosts/host-material.ts'
import { readHypervisors } from './hosts/read-hypervisors.ts'

export interface ExamineOptions {
  /** Null: as the logs tell, else the newest. */
  readonly release: Release | null
  /** The guest that the plain numbers are about. */
  readonly guestGiB: number
  readonly onBytes: (read: number, known: number) => void
  readonly signal: AbortSignal
  readonly sshProgram?: string
  /** A step is over, and what it needed besides its answer is not needed any more. */
  readonly onStep?: () => void
}

export interface Examination {
  readonly release: Release
  /** All that the evidence allows; `release` is the newest of them. */
  readonly releases: ReleaseRange
  /** `printed`: by the services, in their logs. `bounded`: by how and when their lines were written. */
  readonly releaseFrom: 'given' | 'printed' | 'bounded' | 'assumed'
  readonly hosts: readonly HostMaterial[]
  readonly logs: readonly LogSummary[]
  readonly migrations: readonly MigrationFinding[]
  /** Of each migration, in their order. */
  readonly advice: readonly Advice[]
  /** The changes of configuration among it, each once. */
  readonly changes: readonly AdvisedChange[]
  /** Of the hosts whose configuration is known. */
  readonly fleet: FleetAudit
  readonly configs: readonly HostConfig[]
  /** Hosts of which no configuration is known. */
  readonly unconfigured: readonly string[]
  readonly unreadable: readonly (Unreadable & { readonly host: string })[]
  /** Files that look like logs of nova and were left out. */
  readonly skipped: readonly string[]
}

/** A host's log without its events, which are the most of it: what was found of them is found. */
export type LogSummary = Omit<HostLog, 'instances' | 'loose' | 'strangers'>

/** Reads all that there is of these hosts, and says what is the matter. */
export async function examine(specs: readonly HostSpec[], options: ExamineOptions): Promise<Examination> {
  const { hosts, logs, printed, range, release, known, config, migrations } = await readAndDiagnose(specs, options)
  options.onStep?.()
  const told = options.release ?? printed
  const written: WrittenByHost = new Map(
    hosts.flatMap(({ host, sources, environment, unreadConfigs }) =>
      sources.length === 0 || unreadConfigs.length > 0 ? [] : [[host, writtenOptions(sources, environment)]],
    ),
  )
  const advice = migrations.map((finding) =>
    adviceFor(finding, { config, written, ...(told === null ? {} : { release: told }) }),
  )
  const fleet = auditFleet(known, release, options.guestGiB)
  const configured = new Set(known.map(({ host }) => host))
  return {
    release,
    releases: options.release !== null || printed !== null ? { oldest: release, newest: release } : range,
    releaseFrom:
      options.release !== null
        ? 'given'
        : printed !== null
          ? 'printed'
          : logs.some(({ firstAt }) => firstAt !== null)
            ? 'bounded'
            : 'assumed',
    hosts,
    logs,
    migrations,
    advice,
    changes: advisedChanges(advice, fleet),
    fleet,
    configs: known,
    unconfigured: hosts
      .filter(({ host, isHypervisor }) => isHypervisor && !configured.has(host))
      .map(({ host }) => host),
    unreadable: hosts.flatMap(({ host, unreadable }, index) =>
      [...unreadable, ...(logs[index]?.unreadable ?? [])].map((each) => ({ ...each, host })),
    ),
    skipped: hosts.flatMap(({ skipped }) => skipped),
  }
}

function withoutEvents(log: HostLog): LogSummary {
  const { instances: _instances, loose: _loose, strangers: _strangers, ...rest } = log
  return rest
}

/** Nothing of the logs' events is held behind it but what the findings show. */
async function readAndDiagnose(specs: readonly HostSpec[], options: ExamineOptions) {
  const readers = new Map(specs.map(({ host }) => [host, new HostLogReader(host)]))
  const hosts = await readHypervisors(specs, {
    sinkOf: (host) => readers.get(host) ?? new HostLogReader(host),
    onBytes: options.onBytes,
    signal: options.signal,
    ...(options.sshProgram === undefined ? {} : { sshProgram: options.sshProgram }),
  })
  const logs = [...readers.values()].map((reader) => reader.end())
  options.onStep?.()
  const printed = releaseOf(logs)
  const range = rangeOf(hosts, logs)
  const release = options.release ?? printed ?? range.newest
  const known = hosts.flatMap(({ host, sources, environment, unreadConfigs }, index): HostConfig[] => {
    const log = logs[index]
    const inLog = log?.options ?? new Map<string, string>()
    if (sources.length === 0 && inLog.size === 0 && unreadConfigs.length === 0) return []
    return [readHostConfig({ host, sources, environment, printed: inLog, unread: unreadConfigs }, release)]
  })
  const config = new Map<string, ReadonlyMap<string, Reading>>(
    known.flatMap(({ host, readings, paths, unread }) =>
      readings === null || paths.length === 0 || unread.length > 0 ? [] : [[host, readings]],
    ),
  )
  const migrations = diagnose(logs, { config })
  const summaries = logs.map(withoutEvents)
  return { hosts, logs: summaries, printed, range, release, known, config, migrations }
}

/**
 * What the lines of all logs allow. Besides: a progress timeout that struck without being set was the default of Newton and
 * older ones.
 */
function rangeOf(hosts: readonly HostMaterial[], logs: readonly HostLog[]): ReleaseRange {
  const range = releasesOfAll(logs.map(releasesOfLog))
  const byDefault = logs.some((log, index) => {
    const sources = hosts[index]?.sources ?? []
    const struck = [...log.instances.values()].some((events) => events.some(({ said }) => said.what === 'stuck'))
    const set = sources.some(({ text }) => /^\s*live_migration_progress_timeout\s*[=:]/m.test(text))
    return struck && sources.length > 0 && !set && !log.options.has('libvirt.live_migration_progress_timeout')
  })
  return byDefault ? both(range, { oldest: range.oldest, newest: 14 }) : range
}

/** The newest version that a service printed at its start: "26.2.2" is Zed. */
function releaseOf(logs: readonly HostLog[]): Release | null {
  const majors = logs.flatMap(({ services }) => services.map(({ version }) => Number.parseInt(version ?? '', 10)))
  return releases.findLast(([number]) => majors.includes(number))?.[0] ?? null
}

/** What in the configuration is wrong: lines that do not do what they say, and hosts that differ where they must not. */
export function configProblems({ fleet }: Examination): readonly HostRemark[] {
  return fleet.remarks.filter(({ severity }) => severity === 'problem')
}

/** A migration that somebody has to look at. */
export const hasTrouble = ({ causes, orphan, outcome }: MigrationFinding): boolean =>
  causes.length > 0 || orphan !== null || ['failed', 'cancelled', 'refused'].includes(outcome)

/** Whether somebody has to look: a migration that has a cause, a line that does nothing, hosts that are not alike. */
export function hasFindings(examination: Examination): boolean {
  return (
    examination.migrations.some(hasTrouble) ||
    configProblems(examination).length > 0 ||
    differingOptions(examination.fleet).length > 0
  )
}

/** Whether there was anything to say good or bad of: a dated line of a log, or configuration. */
export function wasExamined({ hosts, logs }: Examination): { readonly logs: boolean; readonly configuration: boolean } {
  return {
    logs: logs.some(({ firstAt }) => firstAt !== null),
    configuration: hosts.some(({ sources }) => sources.length > 0) || logs.some(({ options }) => options.size > 0),
  }
}

/** Whether something that is there was not read: then nothing found is no all-clear. */
export function hasGaps({ hosts, unreadable }: Examination): boolean {
  return (
    hosts.some(({ unreached, unreadConfigs }) => unreached !== null || unreadConfigs.length > 0) ||
    unreadable.some(({ what }) => what !== 'too-long')
  )
}
