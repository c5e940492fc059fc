import { createHash } from 'node:crypto'
import type { MigrationHandle, MigrationReport, MigrationUpdate } from '@landfall/api'

type Attributes = Readonly<Record<string, string | number>>

interface SpanEvent {
  readonly name: string
  readonly at: number
  readonly attributes: Attributes
}

interface OpenSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: 'migration' | 'waiting' | 'planning' | 'running'
  readonly beganAt: number
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
}

/** A part of a migration, or all of it, as OpenTelemetry has it. */
export interface Span extends OpenSpan {
  readonly endedAt: number
  /** What went wrong; null where nothing did. */
  readonly error: string | null
}

/** A migration that has not ended, and the part of it that goes on. */
export interface Traced {
  readonly whole: OpenSpan
  readonly part: OpenSpan | null
}

interface Step {
  /** Null once it has ended. */
  readonly traced: Traced | null
  readonly ended: readonly Span[]
}

/** What an update adds to a migration's trace. Pure, with `newSpanId` passed in. */
export function traceUpdate(
  before: Traced | null,
  { id, guest }: MigrationHandle,
  update: MigrationUpdate,
  newSpanId: () => string,
): Step {
  const { at } = update
  const traced = before ?? { whole: beginWhole(id, guest, at, newSpanId()), part: null }
  const into = (name: OpenSpan['name']): Step => {
    if (traced.part?.name === name) return { traced, ended: [] }
    const { traceId, spanId: parentSpanId } = traced.whole
    const part = { traceId, spanId: newSpanId(), parentSpanId, name, beganAt: at, attributes: {}, events: [] }
    return { traced: { ...traced, part }, ended: closed(traced.part, at) }
  }
  const note = (name: string, attributes: Attributes, { traced: now, ended }: Step = { traced, ended: [] }): Step => ({
    traced: now === null ? null : withEvent(now, { name, at, attributes }),
    ended,
  })
  switch (update.kind) {
    case 'waiting':
      return into('waiting')
    case 'step':
      return note(update.message, {}, traced.part?.name === 'running' ? undefined : into('planning'))
    case 'config-finding':
    case 'obeyed':
      return into('planning')
    case 'planned': {
      const { verdict, strategy, reason } = update.migration.plan
      const told = {
        'landfall.verdict': verdict,
        'landfall.strategy': strategy ?? 'none',
        'landfall.reason': reason.code,
      }
      const planning = into('planning')
      const part = planning.traced?.part ?? null
      return { traced: { ...traced, part: null }, ended: [...planning.ended, ...closed(part, at, null, told)] }
    }
    case 'launched':
    case 'adopted':
      return note(update.kind, {}, into('running'))
    case 'act':
      return note(update.act.kind, { 'landfall.why': update.act.why })
    case 'act-failed':
      return note(`${update.act.kind} failed`, { 'landfall.error': update.error })
    case 'post-copy-broken':
      return note('post-copy broke', { 'landfall.why': update.why })
    case 'try-failed':
      return { traced: { ...traced, part: null }, ended: closed(traced.part, at, update.message) }
    case 'refused':
    case 'ended':
      return endOf(traced, at, update.report)
    case 'sample':
      return { traced, ended: [] }
  }
}

/** A migration that is carried on no further here: what kept it from its end, or null where it goes on elsewhere. Pure. */
export const endTrace = ({ whole, part }: Traced, at: number, why: string | null): readonly Span[] => [
  ...closed(part, at, why),
  ...closed(whole, at, why),
]

function beginWhole(id: string, guest: string, at: number, spanId: string): OpenSpan {
  // Of every server that has to do with it the same.
  const traceId = createHash('sha256').update(id).digest('hex').slice(0, 32)
  const attributes = { 'landfall.migration': id, 'landfall.guest': guest }
  return { traceId, spanId, parentSpanId: null, name: 'migration', beganAt: at, attributes, events: [] }
}

function endOf({ whole, part }: Traced, at: number, report: MigrationReport): Step {
  const { outcome, strategy, reason, source, destination, downtimeMs, bytesSent, passes } = report
  const error = outcome === 'failed' ? reason.message : null
  const told = {
    'landfall.outcome': outcome,
    'landfall.strategy': strategy ?? 'none',
    'landfall.reason': reason.code,
    'landfall.source': source,
    'landfall.destination': destination,
    // What is not known is not told.
    ...(downtimeMs === null ? {} : { 'landfall.downtime_ms': downtimeMs }),
    ...(bytesSent === null ? {} : { 'landfall.bytes_sent': bytesSent }),
    ...(passes === null ? {} : { 'landfall.passes': passes }),
  }
  return { traced: null, ended: [...closed(part, at, error), ...closed(whole, at, error, told)] }
}

function withEvent({ whole, part }: Traced, event: SpanEvent): Traced {
  if (part === null) return { whole: { ...whole, events: [...whole.events, event] }, part }
  return { whole, part: { ...part, events: [...part.events, event] } }
}

function closed(
  span: OpenSpan | null,
  at: number,
  error: string | null = null,
  told: Attributes = {},
): readonly Span[] {
  return span === null ? [] : [{ ...span, attributes: { ...span.attributes, ...told }, endedAt: at, error }]
}
