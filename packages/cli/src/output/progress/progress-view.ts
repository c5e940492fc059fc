import type { MigrationUpdate } from '@landfall/api'
import type { Act, Outlook, Sample } from '@landfall/core'
import { durationRange, formatBytes, formatDuration } from '@landfall/core'
import type { Terminal } from '../terminal/terminal.ts'

const barWidth = 24

/**
 * A migration's progress: one redrawn block on a terminal; elsewhere a line where something changed (a pass, a phase, an
 * act, another tenth), so that a log stays short.
 */
export class ProgressView {
  readonly #terminal: Terminal
  #lastWritten: { tenth: number; pass: number; phase: string } | null = null

  #held = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Draws nothing while held; what is written anew stands below. */
  hold(held: boolean): void {
    this.#held = held
    this.#terminal.settle()
  }

  show(update: MigrationUpdate): void {
    switch (update.kind) {
      case 'launched':
        return this.#write(`started ${update.id}`)
      case 'adopted':
        return this.#write(`found ${update.id}`)
      case 'sample':
        return this.#sample(update.sample, update.outlook)
      case 'act':
        return this.#write(
          `${update.act.kind === 'change-intent' ? 'intent changed' : actWords(update.act)}: ${update.act.why}`,
        )
      case 'act-failed':
        return this.#write(`could not ${actWords(update.act)}: ${update.error}`)
      case 'step':
        return this.#write(update.message)
      case 'try-failed':
        return this.#write(update.message)
      case 'post-copy-broken':
        return this.#write(`the post-copy stream broke (${update.why}); resuming it`)
      case 'refused':
      case 'ended':
        return this.#terminal.settle()
      // Told before it runs, and shown there.
      case 'config-finding':
      case 'obeyed':
      case 'waiting':
      case 'planned':
        return
    }
  }

  #sample(sample: Sample, outlook: Outlook): void {
    if (this.#held) return
    if (this.#terminal.live) return this.#terminal.redraw(block(sample, outlook))
    const tenth = Math.floor(outlook.progress * 10)
    const { pass, phase } = sample
    const last = this.#lastWritten
    if (last !== null && last.tenth === tenth && last.pass === pass && last.phase === phase) return
    this.#lastWritten = { tenth, pass, phase }
    this.#terminal.err(`${percent(outlook.progress)}  ${figures(sample, outlook)}  ${outlook.line}`)
  }

  #write(line: string): void {
    // A block that is being redrawn is replaced by the line, and drawn anew below it.
    this.#terminal.redraw([])
    this.#terminal.settle()
    this.#terminal.err(line)
  }
}

/** The redrawn block. */
export function block(sample: Sample, outlook: Outlook): string[] {
  const filled = Math.floor(outlook.progress * barWidth)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  return [`${bar} ${percent(outlook.progress)}  ${figures(sample, outlook)}`, `  ${outlook.line}`]
}

function figures(sample: Sample, outlook: Outlook): string {
  const eta = outlook.etaMs === null ? '' : `  ${durationRange(outlook.etaMs)} to go`
  if (sample.phase === 'copying-disks' && sample.disks !== undefined) {
    return `${formatDuration(sample.elapsedMs)}  disks  ${formatBytes(sample.disks.copiedBytes)} sent${eta}`
  }
  const throttle = sample.throttlePercent > 0 ? `  throttle ${sample.throttlePercent} %` : ''
  return `${formatDuration(sample.elapsedMs)}  pass ${sample.pass}  ${formatBytes(sample.bytesSent)} sent${throttle}${eta}`
}

function percent(progress: number): string {
  return `${String(Math.floor(progress * 100)).padStart(3)} %`
}

function actWords(act: Act): string {
  switch (act.kind) {
    case 'set-downtime-limit':
      return `set the downtime limit to ${formatDuration(act.downtimeMs)}`
    case 'start-post-copy':
      return 'switch to post-copy'
    case 'set-throttle':
      return `throttle the guest by ${act.percent} %`
    case 'suspend':
      return 'stop the guest'
    case 'set-bandwidth':
      return act.mebibytesPerSecond === null
        ? 'lift the limit on the stream'
        : `limit the stream to ${act.mebibytesPerSecond} MiB/s`
    case 'change-intent':
      return 'change the intent'
    case 'abort':
      return 'abort'
  }
}
