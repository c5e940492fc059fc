import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LibvirtClientError, LibvirtError, connect } from '../src/index.ts'
import { encodeMessage } from '../src/rpc/message.ts'
import { FakeLibvirtd, ManualClock, remote } from '../src/testing/fake-libvirtd.ts'
import { parseRecording } from '../src/testing/recorded.ts'
import { settle } from './session.ts'

// `npm run fuzz` in this package runs many more.
const cases = Number(process.env['LIBVIRT_FUZZ_CASES'] ?? 5000)

const rubbish = fc.uint8Array({ maxLength: 120 })

// Headers that are nearly right: the fields take values that exist, next to some that do not.
const nearlyRight = fc
  .record({
    program: fc.constantFrom(0x20008086, 0x20008087, 0x6b656570, 0x11112222),
    version: fc.constantFrom(1, 1, 1, 0, 2),
    procedure: fc.constantFrom(59, 212, 298, 318, 339, 359, 363, 1, 2, 6, 4711, -1),
    type: fc.constantFrom(1, 1, 2, 2, 0, 3, 4, 5, 6, 77),
    serial: fc.constantFrom(6, 7, 8, 0, 1, 0xffff_ffff),
    status: fc.constantFrom(0, 0, 1, 2, 9),
    payload: fc.uint8Array({ maxLength: 80 }),
  })
  .map(({ payload, ...header }) => encodeMessage(header, (writer) => writer.fixed(payload)))

const truncated = fc
  .tuple(nearlyRight, fc.integer({ min: 0, max: 60 }))
  .map(([bytes, cut]) => bytes.subarray(0, bytes.length - cut))

const oversized = fc.tuple(nearlyRight, fc.integer({ min: 0, max: 0xffff_ffff })).map(([bytes, length]) => {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(length, 0)
  return copy
})

// What a real daemon sent, whole, cut short, with single bytes changed, or under a serial that is waited for.
const golden = parseRecording(readFileSync(new URL('golden/libvirt-11.3.txt', import.meta.url), 'utf8'))
const recorded = fc.constantFrom(...golden.map(({ bytes }) => bytes))
const damaged = fc
  .tuple(
    recorded,
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    fc.option(fc.integer({ min: 6, max: 8 })),
  )
  .map(([bytes, changes, serial]) => {
    const copy = Buffer.from(bytes)
    for (const [position, value] of changes) copy[4 + (position % (copy.length - 4))] = value
    if (serial !== null) copy.writeUInt32BE(serial, 20)
    return copy
  })
const cutShort = fc.tuple(recorded, fc.nat()).map(([bytes, end]) => bytes.subarray(0, end % bytes.length))

const chunks = fc.array(
  fc.oneof(rubbish, nearlyRight, nearlyRight, truncated, oversized, recorded, damaged, damaged, cutShort),
  {
    minLength: 1,
    maxLength: 6,
  },
)

it(
  `whatever the daemon sends, calls end with a coded error and nothing is left behind (${cases} cases)`,
  { timeout: 60_000 + cases * 5 },
  async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (sent) => {
        const daemon = new FakeLibvirtd()
        const clock = new ManualClock()
        const connection = await connect('qemu:///system', { transport: daemon.transport, clock })
        const [client] = daemon.clients
        daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
        const outcomes = [connection.getHostname(), connection.getHostname()].map((call) =>
          call.then(
            () => 'answered',
            (error: unknown) => error,
          ),
        )
        await new Promise(setImmediate)
        for (const bytes of sent) client?.write(bytes)
        await settle()
        client?.drop()
        for (const outcome of await Promise.all(outcomes)) {
          const isCoded = outcome instanceof LibvirtClientError || outcome instanceof LibvirtError
          expect(isCoded || outcome === 'answered').toBe(true)
        }
        expect(connection.isClosed).toBe(true)
        expect(clock.pendingTimers).toBe(0)
      }),
      { numRuns: cases },
    )
  },
)
