import type { Drain } from '@landfall/api'
import type { DrainedGuest } from '@landfall/core'
import { durationRange, formatDuration, mapRange, waitedForAt } from '@landfall/core'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** One line: how far it is, what is waited for, when it ends. Without a time it changes only where the drain does. */
export function drainLine({ state, progress, driven }: Drain, now: number | null): string {
  const { kind, host, end } = state
  const counts = `${progress.moved} of ${progress.total} moved${progress.left > 0 ? `, ${progress.left} stay` : ''}`
  const name = `${kind} ${host}: ${counts}`
  if (end !== null) return `${name}; ${endWords(end.outcome)}${now === null ? '' : agoWords(now - end.at)}`
  const undriven = driven === false ? `; nobody drives it: landfall drain resume ${host}` : ''
  const { endsAt } = progress
  const waitingFor = now === null ? state.waitingFor : waitedForAt(state, now)
  const left =
    endsAt === null || now === null ? '' : `; ${durationRange(mapRange(endsAt, (at) => Math.max(0, at - now)))} left`
  return `${name}; ${waitingFor}${left}${undriven}`
}

/** Of one that has ended just now nobody has to be told when. */
const agoWords = (sinceMs: number): string => (sinceMs < 60_000 ? '' : `, ${formatDuration(sinceMs)} ago`)

const endWords = (outcome: NonNullable<Drain['state']['end']>['outcome']): string =>
  ({ done: 'done', 'guests-left': 'ended, guests are left', stopped: 'stopped' })[outcome]

/** Everything of a drain: each guest, who is left and why, and the next command. */
export function renderDrain(drain: Drain, now: number, style: Terminal['style']): string[] {
  const { state } = drain
  const lines = [style('bold', drainLine(drain, now))]
  if (state.guests.length > 0) {
    const titles = ['guest', 'from', 'to', 'state', ''].map((title) => ({ title }))
    const rows = state.guests.map((guest) => [guest.guest, guest.from, guest.to, guest.stage.kind, wordsOf(guest, now)])
    lines.push(...table(titles, rows).map((line, index) => (index === 0 ? style('dim', line) : line)))
  }
  for (const { guest, why } of state.leftOut) lines.push(`${style('red', 'stays')}  ${guest}: ${why}`)
  if (state.end !== null && state.end.next !== '') lines.push(`next: ${state.end.next}`)
  return lines
}

function wordsOf({ stage, attempts }: DrainedGuest, now: number): string {
  const before = attempts.at(-1)
  switch (stage.kind) {
    case 'moved':
      return `in ${formatDuration(stage.at - stage.startedAt)}`
    case 'gone':
    case 'left':
      return stage.why
    case 'moving':
      return `since ${formatDuration(now - stage.since)}, ${stage.migration}`
    case 'preparing':
      return 'checked and measured'
    case 'waiting':
      return before === undefined ? '' : `again; before: ${before.why}`
  }
}
