import type { Outlook, Sample } from '@landfall/core'
import { expect, test } from 'vitest'
import { block, ProgressView } from './progress-view.ts'
import type { Terminal } from '../terminal/terminal.ts'

function recorded(live: boolean): Terminal & { readonly written: string[] } {
  const written: string[] = []
  return {
    written,
    out: (line) => void written.push(line),
    err: (line) => void written.push(line),
    live,
    columns: () => 80,
    style: (_style, text) => text,
    redraw: (lines) => void written.push(`drawn: ${lines.join(' | ')}`),
    settle: () => void written.push('settled'),
  }
}

const sample: Sample = {
  pass: 1,
  passStarted: false,
  remainingBytes: 0,
  bytesSent: 1024 ** 2,
  bandwidthBytesPerSecond: null,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 1500,
}
const outlook = (progress: number): Outlook => ({ etaMs: null, progress, line: 'on its way' })
const show = (view: ProgressView, progress: number, part: Partial<Sample> = {}): void =>
  view.show({ kind: 'sample', at: 0, sample: { ...sample, ...part }, outlook: outlook(progress) })

test('a log gets a line where something changed, not one a sample', () => {
  const terminal = recorded(false)
  const view = new ProgressView(terminal)
  for (const progress of [0.01, 0.02, 0.05, 0.11, 0.12]) show(view, progress)
  show(view, 0.13, { pass: 2 })
  show(view, 0.14, { pass: 2, phase: 'post-copy' })
  expect(terminal.written.map((line) => line.trim().split(' ')[0])).toEqual(['1', '11', '13', '14'])
})

test('what is written for a log holds no control characters', () => {
  const terminal = recorded(false)
  const view = new ProgressView(terminal)
  show(view, 0.5)
  view.show({ kind: 'act', at: 0, act: { kind: 'start-post-copy', why: 'plateau', numbers: {} } })
  // oxlint-disable-next-line no-control-regex -- that is what is looked for
  expect(terminal.written.join('\n')).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/)
})

test('nothing is drawn over a question', () => {
  const terminal = recorded(true)
  const view = new ProgressView(terminal)
  view.hold(true)
  show(view, 0.5)
  view.hold(false)
  show(view, 0.6)
  expect(terminal.written.filter((line) => line.startsWith('drawn'))).toHaveLength(1)
})

test('the bar is full only at the end', () => {
  expect(block(sample, outlook(0.99))[0]).toContain('░')
  expect(block(sample, outlook(1))[0]).not.toContain('░')
})
