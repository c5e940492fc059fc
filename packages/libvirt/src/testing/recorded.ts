import { Buffer } from 'node:buffer'
import { Duplex } from 'node:stream'
import { MessageSplitter } from '../rpc/message-splitter.ts'

/** A message as it lay on the wire, and who sent it. */
export interface RecordedMessage {
  readonly from: 'client' | 'daemon'
  readonly bytes: Buffer
}

/** The same stream; every whole message that passes is told. */
export const recording = (stream: Duplex, onMessage: (message: RecordedMessage) => void): Duplex => {
  const split = (from: RecordedMessage['from']): ((chunk: Buffer) => void) => {
    const splitter = new MessageSplitter()
    return (chunk) => {
      for (const bytes of splitter.push(chunk)) onMessage({ from, bytes: Buffer.from(bytes) })
    }
  }
  const sent = split('client')
  const received = split('daemon')
  const outer = new Duplex({
    allowHalfOpen: false,
    read: () => {
      stream.resume()
    },
    write: (chunk: Buffer, _encoding, done) => {
      sent(chunk)
      stream.write(chunk, () => {
        done()
      })
    },
    destroy: (error, done) => {
      stream.destroy()
      done(error)
    },
  })
  stream.on('data', (chunk: Buffer) => {
    received(chunk)
    if (!outer.push(chunk)) stream.pause()
  })
  stream.on('end', () => outer.push(null))
  stream.on('error', (error) => outer.destroy(error))
  return outer
}

/** One message a line: who sent it, and its bytes in hexadecimal; lines that start with # are for the reader. */
export const parseRecording = (text: string): RecordedMessage[] =>
  text.split('\n').flatMap((line): RecordedMessage[] => {
    const [, arrow, hex = ''] = /^([<>]) ([0-9a-f]+)$/.exec(line) ?? []
    return arrow === undefined ? [] : [{ from: arrow === '>' ? 'client' : 'daemon', bytes: Buffer.from(hex, 'hex') }]
  })
