import type { Span } from './spans.ts'

type Value = { readonly stringValue: string } | { readonly doubleValue: number }

interface KeyValue {
  readonly key: string
  readonly value: Value
}

/** Spans as the OpenTelemetry Protocol has them over HTTP in JSON (ExportTraceServiceRequest of OTLP 1). Pure. */
export function otlpBody(
  spans: readonly Span[],
  service: { readonly version: string; readonly instance: string },
): string {
  const resource = {
    attributes: keyValues({
      'service.name': 'landfall',
      'service.version': service.version,
      'service.instance.id': service.instance,
    }),
  }
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'landfall' }, spans: spans.map(otlpSpan) }] }],
  })
}

// SPAN_KIND_INTERNAL; STATUS_CODE_UNSET and STATUS_CODE_ERROR.
const [internal, unset, failed] = [1, 0, 2]

function otlpSpan({ traceId, spanId, parentSpanId, name, beganAt, endedAt, attributes, events, error }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    name,
    kind: internal,
    startTimeUnixNano: nanoseconds(beganAt),
    endTimeUnixNano: nanoseconds(endedAt),
    attributes: keyValues(attributes),
    events: events.map((event) => ({
      timeUnixNano: nanoseconds(event.at),
      name: event.name,
      attributes: keyValues(event.attributes),
    })),
    status: error === null ? { code: unset } : { code: failed, message: error },
  }
}

/** As decimal text: more digits than a number holds. */
const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds)}000000`

const keyValues = (attributes: Span['attributes']): readonly KeyValue[] =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
  }))
