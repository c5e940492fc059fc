import type { MigrationUpdate, PlanUpdate } from '@landfall/api'
import type { Terminal } from '../terminal/terminal.ts'

/** What is told while a plan is made. */
export function showPlanUpdate({ err, style }: Pick<Terminal, 'err' | 'style'>, update: PlanUpdate): void {
  switch (update.kind) {
    case 'step':
      return err(style('dim', update.message))
    case 'config-finding': {
      const { path, line, message, next } = update.finding
      return err(`${style('yellow', 'warning')}: ${path}:${line}: ${message}. ${next}`)
    }
    case 'obeyed':
      for (const { option, value, from, means } of update.options) {
        err(style('dim', `${option} = ${value} (${from}): ${means}`))
      }
  }
}

/** What a migration waits for, before anything of it was started. */
export function waitingLine({ source, guests, most }: Extract<MigrationUpdate, { kind: 'waiting' }>): string {
  const rule = `max_concurrent_live_migrations = ${most.count} (${most.from})`
  return `waiting: ${guests.length} of ${most.count} migrations from ${source} run (${guests.join(', ')}); ${rule}. Nothing is started yet, Ctrl-C gives up`
}
