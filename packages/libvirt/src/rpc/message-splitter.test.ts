import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { MessageSplitter } from './message-splitter.ts'
import { decodeMessage, encodeMessage, maxMessageBytes } from './message.ts'

const message = (serial: number, payloadWords: number): Buffer =>
  encodeMessage({ program: 0x20008086, version: 1, procedure: 1, type: 1, serial, status: 0 }, (writer) => {
    for (let word = 0; word < payloadWords; word++) writer.u32(word)
  })

const lengthOnly = (length: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

it('finds the same messages however the stream was cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 }),
      (payloads, cuts) => {
        const messages = payloads.map((words, index) => message(index + 1, words))
        const stream = Buffer.concat(messages)
        const splitter = new MessageSplitter()
        const found: Buffer[] = []
        for (let offset = 0, cut = 0; offset < stream.length; cut++) {
          const size = cuts[cut % cuts.length] ?? 1
          found.push(...splitter.push(stream.subarray(offset, offset + size)))
          offset += size
        }
        expect(found.map((bytes) => bytes.toString('hex'))).toEqual(messages.map((bytes) => bytes.toString('hex')))
        expect(splitter.buffered).toBe(0)
      },
    ),
  )
})

it('keeps an unfinished message until the rest comes', () => {
  const splitter = new MessageSplitter()
  const bytes = message(1, 3)
  expect(splitter.push(bytes.subarray(0, 30))).toEqual([])
  expect(splitter.buffered).toBe(30)
  expect(splitter.push(bytes.subarray(30))).toHaveLength(1)
})

it('takes a message that came a byte at a time', () => {
  const splitter = new MessageSplitter()
  const bytes = message(7, 20_000)
  const found: Buffer[] = []
  for (let offset = 0; offset < bytes.length; offset++) found.push(...splitter.push(bytes.subarray(offset, offset + 1)))
  expect(found.map((one) => decodeMessage(one).header.serial)).toEqual([7])
})

it.each([0, 4, 27, maxMessageBytes + 1, 0xffff_ffff])('refuses a length of %i', (length) => {
  expect(() => new MessageSplitter().push(lengthOnly(length))).toThrow(
    expect.objectContaining({ code: 'LIBVIRT_BAD_BYTES' }),
  )
})

it('encodes a call as libvirt does', () => {
  // AUTH_LIST, serial 1: recorded from libvirt 9.0.
  const header = { program: 0x20008086, version: 1, procedure: 66, type: 0, serial: 1, status: 0 }
  expect(encodeMessage(header).toString('hex')).toBe('0000001c200080860000000100000042000000000000000100000000')
})
