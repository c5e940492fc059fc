import { createHash } from 'node:crypto'

/** A host as it was found: its file, its service, and what an earlier run has left to do. */
export interface HostState {
  /** Of the file itself, where a link was named. */
  readonly path: string
  /** Null where there is none. */
  readonly bytes: Buffer | null
  readonly service: string | null
  readonly active: boolean
  /** Written, and the service not yet restarted. */
  readonly pending: boolean
  /** Where that is a way back: the run that is taken back. */
  readonly reverting: string | null
  /** What a run has changed, for the way back; null where none has. */
  readonly applied: AppliedChange | null
}

export interface AppliedChange {
  readonly beforeSha256: string | null
  /** Null where there was no file. */
  readonly backup: string | null
  readonly afterSha256: string
  /** Null where the record is of a version that did not tell them apart. */
  readonly run: AppliedRun | null
}

/** One run over hosts, which goes on until it has come to all of them, however often it is interrupted. */
export interface AppliedRun {
  /** When it began, in ISO 8601: later ones are greater. */
  readonly id: string
  /** `group.name=value` */
  readonly settings: readonly string[]
  /** Those that it set out to change. */
  readonly hosts: readonly string[]
}

/** What {@link lookScript} printed; null where it is not all there. */
export function readHostState(text: string): HostState | null {
  const lines = new Map(
    text.split('\n').map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]),
  )
  const path = lines.get('path')
  if (!lines.has('end') || path === undefined) return null
  const bytes = lines.get('bytes')
  const before = lines.get('before')
  return {
    path,
    bytes: bytes === undefined ? null : Buffer.from(bytes === 'bytes' ? '' : bytes, 'base64'),
    service: lines.get('service') ?? null,
    active: lines.get('active') === 'yes',
    pending: lines.has('pending'),
    reverting: /^revert (.+)$/.exec(lines.get('pending') ?? '')?.[1] ?? null,
    applied: before === undefined ? null : readRecord(Buffer.from(before, 'base64').toString('utf8')),
  }
}

function readRecord(text: string): AppliedChange | null {
  const [before = '', backup = '', after = '', id = '', settings, hosts] = text.split('\n')
  const sum = /^[0-9a-f]{64}$/
  if (!sum.test(after) || !(before === 'none' || sum.test(before))) return null
  return {
    beforeSha256: before === 'none' ? null : before,
    backup: backup === '-' || backup === '' ? null : backup,
    afterSha256: after,
    run: id === '' ? null : { id, settings: listed(settings), hosts: listed(hosts) },
  }
}

const between = '\t'
const listed = (line: string | undefined): string[] => (line === undefined || line === '' ? [] : line.split(between))

/** What a record says of its run, behind its first three lines: id, settings and hosts, a line each. */
export const runLines = ({ id, settings, hosts }: AppliedRun): readonly string[] =>
  [id, settings.join(between), hosts.join(between)].map((line) => line.replaceAll(/[\r\n]/g, ' '))

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
