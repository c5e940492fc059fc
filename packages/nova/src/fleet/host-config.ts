import type { Release } from '../options/release.ts'
import { optionsOf } from '../options/schema.ts'
import { configFindings } from '../oslo/findings.ts'
import type { OptionSpec, OptionValue } from '../oslo/option-spec.ts'
import type { ConfigSource, Reading } from '../oslo/read-oslo.ts'
import { ConfigFileError, readOslo } from '../oslo/read-oslo.ts'
import type { WrittenOption } from '../diagnosis/advice/written-options.ts'
import { writtenOptions } from '../diagnosis/advice/written-options.ts'
import { lifeFindings } from './life-findings.ts'

/** What a hypervisor has of nova's configuration. */
export interface HostSources {
  readonly host: string
  /** In the order in which its service reads them; none: every option has its default. */
  readonly sources: readonly ConfigSource[]
  /** That of its service, where it is known. */
  readonly environment?: Readonly<Record<string, string>>
  /** Options as its service printed them at its start, by `group.name`: they count where there are no files. */
  readonly printed?: ReadonlyMap<string, string>
  /** Files of it that are there and could not be read: whatever they may set is not known. */
  readonly unread?: readonly string[]
}

/** Something in a host's files that whoever wrote it should look at. */
export interface HostRemark {
  readonly code: string
  /** `problem`: what is written does not do what it says. `note`: it does, for now. */
  readonly severity: 'problem' | 'note'
  readonly host: string
  readonly path: string
  readonly line: number
  readonly message: string
  readonly next: string
}

export interface HostConfig {
  readonly host: string
  readonly paths: readonly string[]
  /** Null where a file stops the service at its start. */
  readonly readings: ReadonlyMap<string, Reading> | null
  readonly remarks: readonly HostRemark[]
  /** What is set there of other options that a migration depends on. */
  readonly beside: ReadonlyMap<string, WrittenOption>
  /** Files that may set any option otherwise than the readings have it. */
  readonly unread: readonly string[]
}

/** Codes of configFindings that only say how the files lie over each other, or what they leave open. */
const notes: readonly string[] = ['overridden', 'deprecated-name', 'unknown-reference']

/** A host's configuration as its service reads it, and what is to be said of it. Pure. */
export function readHostConfig(given: HostSources, release: Release): HostConfig {
  const { host, sources, environment = {}, printed, unread = [] } = given
  const options = optionsOf(release)
  if (sources.length === 0 && printed !== undefined && printed.size > 0) {
    return { host, paths: [], readings: readPrinted(printed, options), remarks: [], beside: new Map(), unread: [] }
  }
  const paths = sources.map(({ path }) => path)
  // Of configuration that could not be read at all not even the defaults are known.
  if (sources.length === 0 && unread.length > 0)
    return { host, paths, readings: new Map(), remarks: [], beside: new Map(), unread }
  try {
    const readings = readOslo({ sources, environment, options })
    const found = configFindings({ sources, options, readings, knownGroups: [] }).map(
      ({ code, path, line, message, next }): HostRemark => ({
        code,
        severity: notes.includes(code) ? 'note' : 'problem',
        host,
        path,
        line,
        message,
        next,
      }),
    )
    const lives = lifeFindings(sources, release).map((finding): HostRemark => ({ ...finding, host }))
    return {
      host,
      paths,
      readings,
      remarks: [...found, ...lives, ...tlsRemarks(host, readings), ...streamRemarks(host, readings)],
      beside: writtenOptions(sources, environment),
      unread,
    }
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error
    const { path, line } = error
    const message = `the service does not start with this file: ${error.message.slice(`${path}:${line}: `.length)}`
    const remark: HostRemark = {
      code: 'broken-file',
      severity: 'problem',
      host,
      path,
      line,
      message,
      next: 'Correct the line',
    }
    return { host, paths, readings: null, remarks: [remark], beside: new Map(), unread }
  }
}

const isSet = (reading: Reading | undefined): boolean => reading?.ok === true && reading.origin.kind !== 'default'

/** Native TLS is QEMU's alone: the connection of the two libvirtds goes by its own scheme, which is tcp where nothing says another. */
function tlsRemarks(host: string, readings: ReadonlyMap<string, Reading>): HostRemark[] {
  const of = (name: string): Reading | undefined => readings.get(`libvirt.live_migration_${name}`)
  const native = of('with_native_tls')
  if (native?.ok !== true || native.value !== true || native.origin.kind !== 'file') return []
  const said: HostRemark[] = []
  const { path, line } = native.origin
  if (!isSet(of('scheme')) && !isSet(of('uri'))) {
    said.push({
      code: 'native-tls-without-scheme',
      severity: 'problem',
      host,
      path,
      line,
      message:
        "live_migration_with_native_tls is on, and neither live_migration_scheme nor live_migration_uri is set: the connection of the two libvirtds, with the guest's definition and its secrets, goes by tcp, unencrypted (OSSN-0089)",
      next: 'Set live_migration_scheme = tls',
    })
  }
  const tunnelled = of('tunnelled')
  if (tunnelled?.ok === true && tunnelled.value === true) {
    said.push({
      code: 'native-tls-and-tunnel',
      severity: 'problem',
      host,
      path,
      line,
      message:
        'live_migration_with_native_tls and live_migration_tunnelled exclude each other: Nova does not start with both',
      next: 'Turn live_migration_tunnelled off',
    })
  }
  return said
}

/** Several connections and post-copy go together from QEMU 10.1 on only; a monitor that looks every 0 s divides by it. */
function streamRemarks(host: string, readings: ReadonlyMap<string, Reading>): HostRemark[] {
  const of = (name: string): Reading | undefined => readings.get(`libvirt.live_migration_${name}`)
  const said: HostRemark[] = []
  const streams = of('parallel_connections')
  const postCopy = of('permit_post_copy')
  if (
    streams?.ok === true &&
    Number(streams.value) > 1 &&
    streams.origin.kind === 'file' &&
    postCopy?.ok === true &&
    postCopy.value === true
  ) {
    said.push({
      code: 'multifd-and-post-copy',
      severity: 'note',
      host,
      path: streams.origin.path,
      line: streams.origin.line,
      message:
        'live_migration_parallel_connections and live_migration_permit_post_copy go together from QEMU 10.1 on only: with an older one on either host a guest that is switched to post-copy ends up shut off on the destination',
      next: 'Turn one of them off unless every host has QEMU 10.1',
    })
  }
  const interval = of('monitor_interval')
  if (interval?.ok === true && interval.value === 0 && interval.origin.kind === 'file') {
    const { path, line } = interval.origin
    const message = 'live_migration_monitor_interval = 0: the monitor of every migration fails with a division by zero'
    said.push({
      code: 'monitor-interval-zero',
      severity: 'problem',
      host,
      path,
      line,
      message,
      next: 'Set it to 1 or more',
    })
  }
  return said
}

/** An option's value as the service has it; undefined where it has none or cannot read it. */
export function valueOn({ readings }: HostConfig, option: string): OptionValue | undefined {
  const reading = readings?.get(option)
  return reading?.ok === true ? reading.value : undefined
}

/** What oslo.log printed: Python's words for what the service has, whatever file it came from. */
function readPrinted(
  printed: ReadonlyMap<string, string>,
  options: readonly OptionSpec[],
): ReadonlyMap<string, Reading> {
  const environment = Object.fromEntries(
    [...printed].flatMap(([option, value]) => {
      const [group = '', name = ''] = option.split('.')
      return value === 'None'
        ? []
        : [[`OS_${group.toUpperCase()}__${name.toUpperCase()}`, value.replaceAll('$', '$$$$')]]
    }),
  )
  const readings = readOslo({ sources: [], environment, options })
  return new Map(
    [...readings].map(([option, reading]) => [
      option,
      printed.has(option) ? { ...reading, origin: { kind: 'printed' } } : reading,
    ]),
  )
}
