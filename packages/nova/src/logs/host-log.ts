import type { Unreadable } from '../diagnosis/finding.ts'
import type { LogEvent, ServiceEvent, Silence } from './events.ts'

/** What one host's logs say about migrations, and nothing else of them. */
export interface HostLog {
  readonly host: string
  /** What its lines call their own host; null where none does. The host may have been given another name. */
  readonly ownName: string | null
  /** In the order in which they were first seen; events point here. */
  readonly files: readonly string[]
  /** By instance; in the order of the lines of each file, which a clock may contradict. */
  readonly instances: ReadonlyMap<string, readonly LogEvent[]>
  /** Told without an instance; a request may join them to one. */
  readonly loose: readonly LogEvent[]
  /** Exceptions that say nothing of a migration by themselves; a request or the time may join them to one. */
  readonly strangers: readonly LogEvent[]
  readonly services: readonly ServiceEvent[]
  /** Times at which a line is missing that always follows the one before it: there may be others. */
  readonly lost: readonly number[]
  /** A traceback of Python 2 was seen: Train is the last release that runs on it. */
  readonly python2: boolean
  /** Lines carry a global request id, as oslo.log writes them since Yoga. */
  readonly globalRequests: boolean
  /** Options as the service itself printed them at its start (debug): `libvirt.live_migration_downtime` → `500`. */
  readonly options: ReadonlyMap<string, string>
  /** Of all dated lines that were looked at; null where there was none. */
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Where the service stopped speaking in the middle of a copy, in which it speaks twice a second at DEBUG. */
  readonly silences: readonly Silence[]
  /** DEBUG lines of a migration were seen: what is not told did not happen, rather than not being logged. */
  readonly debug: boolean
  readonly lines: number
  readonly unreadable: readonly Unreadable[]
}
