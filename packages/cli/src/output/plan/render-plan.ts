import type { MigrationPlan } from '@landfall/api'
import type { Facts, Forecast } from '@landfall/core'
import { MiB, forecastRange, forecastSeconds, formatBytes, formatPercent, formatRate } from '@landfall/core'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { adviceWords } from '../next-action.ts'
import { asOption, intentLine, remedyWords, strategyName } from '../words.ts'

/** The plan as an operator reads it before anything starts: every strategy with its forecast, then what will be done. */
export function renderPlan(migration: MigrationPlan, style: Terminal['style']): string[] {
  const { guest, source, destination, plan, facts, findings } = migration
  const lines = [
    style('bold', `${guest.name}: ${source} → ${destination}`),
    `  guest    ${formatBytes(facts.memoryBytes)} memory, ${facts.vcpus} ${facts.vcpus === 1 ? 'vCPU' : 'vCPUs'}, ${facts.accelerator}; ${writesLine(migration)}${contentLine(facts.content)}`,
    ...disksLine(facts),
    `  link     ${formatRate(facts.link.bytesPerSecond.likely)} for the migration (${linkOrigin(facts.link.source)})`,
    ...loggingLine(migration),
    ...rangesLine(migration),
    `  intent   ${intentLine(migration.intent, migration.intentSources)}`,
    `  stream   ${plan.stream.why}${cacheWords(plan.launch)}`,
  ]
  const noteworthy = findings.filter(({ severity }) => severity !== 'fine')
  lines.push(
    noteworthy.length === 0
      ? `  checks   ${findings.length} passed`
      : `  checks   ${findings.length - noteworthy.length} of ${findings.length} passed`,
  )
  for (const { severity, message, next } of noteworthy) {
    const mark = severity === 'obstacle' ? style('red', 'obstacle') : style('yellow', 'warning')
    lines.push(`           ${mark}: ${message}${next === '' ? '' : `. ${adviceWords(next)}`}`)
  }
  if (plan.forecasts.length > 0) lines.push('', ...forecastTable(plan.forecasts, plan.strategy, style), '')
  if (plan.verdict === 'go') {
    lines.push(
      style('green', `Will use ${plan.strategy === null ? 'what the passes show' : strategyName(plan.strategy)}: `) +
        plan.reason.message,
    )
  } else {
    lines.push(style('red', 'Refused: ') + plan.reason.message)
    for (const remedy of plan.remedies) lines.push(`  possible with: ${remedyWords(remedy)}`)
  }
  return lines
}

function forecastTable(forecasts: readonly Forecast[], chosen: string | null, style: Terminal['style']): string[] {
  const rows = forecasts.map((forecast) => [
    forecast.strategy === chosen ? '→' : ' ',
    strategyName(forecast.strategy),
    forecast.finishes,
    forecastRange(forecast.totalTimeMs),
    forecastRange(forecast.downtimeMs),
    forecastSeconds(forecast.lostWorkSeconds),
  ])
  const titles = ['', 'strategy', 'finishes', 'total time', 'downtime', 'lost work'].map((title) => ({ title }))
  const lines = table(titles, rows).map((line, index) => {
    if (index === 0) return style('dim', line)
    return line.startsWith('→') ? style('bold', line) : line
  })
  // Below the table, not in it: its rows stay short enough for a terminal.
  const remarks = forecasts.flatMap((forecast) => {
    const text = remark(forecast)
    return text === '' ? [] : [style('dim', `   ${strategyName(forecast.strategy)}: ${text}`)]
  })
  return remarks.length === 0 ? lines : [...lines, '', ...remarks]
}

function remark(forecast: Forecast): string {
  // Without figures its row says nothing by itself.
  if (forecast.finishes === 'no' || forecast.totalTimeMs === null) return forecast.why
  if (forecast.withinIntent.ok) return ''
  return `outside the intent; it would take ${forecast.withinIntent.broken.map(({ remedy }) => asOption(remedy)).join(' ')}`
}

function writesLine({ plan, facts, probeObstacle }: MigrationPlan): string {
  if (facts.dirtyWindows.length === 0) return `its writing could not be measured: ${probeObstacle ?? 'no window ended'}`
  const { writeRate, writeRateBounded, workingSetBytes } = plan.numbers
  if (workingSetBytes < MiB) return 'writes hardly any of it'
  // A window that saturated bounds the speed from below only.
  const speed = writeRateBounded ? formatRate(writeRate.likely) : `≥ ${formatRate(writeRate.low)}`
  return `writes ${speed} over ${formatBytes(workingSetBytes)}`
}

/** Only where the hosts have a history that is long enough. */
function rangesLine({ plan, facts: { experience = [] } }: MigrationPlan): string[] {
  const calibrated = plan.forecasts.find(({ strategy, model }) => strategy === plan.strategy && model !== undefined)
  if (calibrated === undefined) return []
  const times = experience.filter(
    ({ strategy, figure }) => strategy === calibrated.strategy && figure === 'totalTimeMs',
  )
  return [
    `  ranges   as ${times.length} earlier migrations between these hosts by ${strategyName(calibrated.strategy)} came out in theirs`,
  ]
}

/** Only of a guest under KVM. */
function loggingLine({ facts: { dirtyLogging }, plan: { numbers } }: MigrationPlan): string[] {
  if (dirtyLogging === undefined) return []
  const { low, high } = dirtyLogging.microsecondsPerPage
  const cost = `${microseconds(low)} to ${microseconds(high)} µs for each page that it first writes in a pass`
  return [
    `  logging  ${cost} (${loggingOrigins[dirtyLogging.source]}): pass 1 costs it ${forecastSeconds(numbers.firstPassLostSeconds)} of work`,
  ]
}

const microseconds = (value: number): string => value.toFixed(value < 10 ? 1 : 0)

const loggingOrigins = {
  assumed: 'assumed of its kind of KVM',
  history: 'from earlier migrations off this host',
  measured: 'measured',
} as const

/** Only where local disks are copied along. */
function disksLine({ localDisks = [] }: MigrationPlan['facts']): string[] {
  if (localDisks.length === 0) return []
  const bytes = localDisks.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0)
  const count = localDisks.length === 1 ? '1 local disk' : `${localDisks.length} local disks`
  const inflow = localDisks.reduce((sum, disk) => sum + disk.inflow.likely, 0)
  const writing = inflow < MiB / 10 ? '' : `, ${formatRate(inflow)} more while it writes to them`
  return [
    `  disks    ${count} (${localDisks.map(({ target }) => target).join(', ')}), ${formatBytes(bytes)} to copy${writing}`,
  ]
}

/** Memory that the source's QEMU may take for it. */
function cacheWords({ compression, xbzrleCacheBytes }: MigrationPlan['plan']['launch']): string {
  if (compression !== 'xbzrle') return ''
  return ` (xbzrle${xbzrleCacheBytes === undefined ? '' : `, cache ${formatBytes(xbzrleCacheBytes)}`})`
}

function contentLine(content: Facts['content']): string {
  if (content === undefined) return ''
  const { zeroShare, zstdRatio, deltas } = content
  const zero = `${formatPercent(zeroShare.low * 100)} to ${formatPercent(zeroShare.high * 100)} of its pages are zero`
  const others = zstdRatio === null ? '' : `, the others compress ${zstdRatio.likely.toFixed(1)} to 1`
  const changes =
    deltas === undefined ? '' : `; when a page changes, ${formatPercent(deltas.share.likely * 100)} of it does`
  return `; ${zero}${others}${changes}`
}

function linkOrigin(source: MigrationPlan['facts']['link']['source']): string {
  switch (source) {
    case 'configured':
      return 'configured'
    case 'history':
      return 'from earlier migrations'
    case 'measured':
      return 'measured'
    case 'assumed':
      return 'assumed: say it with link = "…" in the hosts file'
  }
}
