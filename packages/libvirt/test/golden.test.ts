import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFrame } from '../src/testing/frame.ts'
import { parseRecording } from '../src/testing/recorded.ts'

// Recorded from a real daemon by suite/frames.test.ts; this test needs none.
const recording = parseRecording(readFileSync(new URL('golden/libvirt-11.3.txt', import.meta.url), 'utf8'))
const frames = recording.map(({ from, bytes }) => ({ from, bytes, frame: readFrame(bytes) }))
const find = (name: string, kind: string): unknown[] =>
  frames.filter(({ frame }) => frame.name === name && frame.kind === kind).map(({ frame }) => frame.body)
const of = (kind: string): typeof frames => frames.filter(({ frame }) => frame.kind === kind)

describe('frames of a real daemon', () => {
  it('are all understood, and made anew to the same bytes', () => {
    expect(frames.length).toBeGreaterThan(80)
    for (const { bytes, frame } of frames) expect(frame.encoded.toString('hex')).toBe(bytes.toString('hex'))
  })

  it('hold every kind of message', () => {
    expect(new Set(frames.map(({ frame }) => frame.kind))).toEqual(
      new Set(['call', 'reply', 'error', 'event', 'keepalive']),
    )
  })

  it('carry serial 1 in events and the call’s own in replies', () => {
    const serials = (kind: string): number[] => of(kind).map(({ frame }) => frame.header.serial)
    expect(new Set(serials('event'))).toEqual(new Set([1]))
    expect(new Set(of('reply').map(({ from }) => from))).toEqual(new Set(['daemon']))
    expect(serials('reply').filter((serial) => !serials('call').includes(serial))).toEqual([])
  })

  it('say what was asked and answered', () => {
    expect(find('DOMAIN_MIGRATE_PERFORM3_PARAMS', 'call')).toMatchObject([
      {
        dconnuri: 'qemu+tcp://host2/system',
        params: [
          { field: 'bandwidth', type: 'ullong', value: 400n },
          { field: 'auto_converge.initial', type: 'int', value: 30 },
          { field: 'destination_name', type: 'string', value: 'client-frames' },
        ],
      },
    ])
    expect(find('DOMAIN_ABORT_JOB', 'error')).toMatchObject([{ number: 55, domain: 10, level: 2 }])
    expect(find('DOMAIN_EVENT_LIFECYCLE', 'event')[0]).toMatchObject({ dom: { name: 'client-frames' } })
    expect(find('CONNECT_GET_LIB_VERSION', 'reply')[0]).toEqual({ libVer: 11_003_000n })
  })
})
