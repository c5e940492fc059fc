import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { processTerminal } from './terminal.ts'

function stream(isTTY: boolean, columns: number): { readonly written: string[]; readonly stream: NodeJS.WriteStream } {
  const written: string[] = []
  const fake = { isTTY, columns, write: (text: string) => written.push(text) > 0, getColorDepth: () => 1 }
  // Only what a terminal's writer uses of a stream.
  return { written, stream: fake as unknown as NodeJS.WriteStream }
}

test('a block that had to be broken is replaced as a whole', () => {
  const { written, stream: err } = stream(true, 11)
  const { redraw } = processTerminal(stream(false, 80).stream, err)
  redraw(['one two three'])
  redraw(['end'])
  redraw([])
  expect(written).toEqual(['\u001B[Jone two\n  three\n', '\u001B[2A\r\u001B[Jend\n', '\u001B[1A\r\u001B[J'])
})

test('what goes to a file stays one line', () => {
  const { written, stream: out } = stream(false, 10)
  processTerminal(out, out).out('one two three four')
  expect(written).toEqual(['one two three four\n'])
})

test('a reader that went away ends a long answer, without an error', async () => {
  const made: number[] = []
  function* pieces(): Generator<string> {
    for (const each of [1, 2, 3]) yield `${made.push(each)}`
  }
  const closed = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => done(new Error('write EPIPE')) })
  closed.on('error', () => undefined)
  // Only what a terminal's writer uses of a stream.
  await processTerminal(closed as NodeJS.WriteStream, stream(false, 80).stream).outPieces?.(pieces())
  expect(made).toEqual([1])
})
