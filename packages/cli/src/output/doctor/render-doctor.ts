import { durationRange, forecastRange, forecastSeconds, formatRate } from '@landfall/core'
import type { Advice, AdvisedChange, Examination, Lack, LandfallInstead, MigrationFinding } from '@landfall/doctor'
import { hasTrouble } from '@landfall/doctor'
import {
  counted,
  fateInWords,
  loggedAt,
  namesInWords,
  outcomeInWords,
  placesInWords,
  rangeInWords,
  unreadableInWords,
  wayOf,
} from './doctor-words.ts'
import { renderFleet } from './render-fleet.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { asOption, strategyName } from '../words.ts'

type Style = Terminal['style']

/** What the doctor says, for people: verdicts first, then what to do, then the fleet. */
export function renderDoctor(examination: Examination, style: Style): string[] {
  return [
    ...verdicts(examination, style),
    ...whatToDo(examination, style),
    ...section(renderFleet(examination.fleet, style, examination)),
    ...section(notRead(examination, style)),
  ]
}

const section = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines])

/** More migrations with nothing wrong than these are only counted. */
const mostWell = 20

function verdicts({ migrations, logs, hosts, releases, releaseFrom }: Examination, style: Style): string[] {
  const lines = logs.reduce((sum, log) => sum + log.lines, 0)
  const files = hosts.reduce((sum, host) => sum + host.logFiles, 0)
  if (files === 0) return [style('dim', 'No logs were given: nothing is said of migrations.')]
  const times = logs.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).filter((at) => at !== null)
  const span = times.length === 0 ? '' : `, ${loggedAt(Math.min(...times))} to ${loggedAt(Math.max(...times))}`
  const nova = releaseFrom === 'assumed' ? '' : `, nova ${rangeInWords(releases)}`
  const troubled = migrations.filter(hasTrouble).length
  const well = migrations.length - troubled
  const tooMany = well > mostWell
  const open = migrations.filter(isOpen).length
  const wrong = [
    troubled === 0 ? 'nothing wrong' : `something wrong with ${troubled}`,
    ...(open === 0 ? [] : [`the end of ${open} not seen`]),
  ].join(', ')
  const what =
    migrations.length === 0
      ? times.length === 0
        ? 'No migration is seen'
        : 'No migration'
      : `${counted(migrations.length, 'migration')}, ${wrong},`
  return [
    style(
      'bold',
      `${what} in ${counted(lines, 'line')} of ${counted(files, 'log file')} of ${counted(hosts.filter(({ isHypervisor }) => isHypervisor).length, 'host')}${span}${nova}`,
    ),
    // Of a wrong file, or of junk, it must not look as if all were well.
    ...(times.length === 0
      ? [
          style(
            'yellow',
            `Nothing was examined: ${lines === 0 ? 'there is no line in it' : 'not one of these lines is dated as a log of Nova is'}.`,
          ),
        ]
      : []),
    ...migrations.flatMap((finding, index) =>
      hasTrouble(finding) || !tooMany ? verdict(finding, index + 1, style) : [],
    ),
    ...(tooMany
      ? [`${style('green', '✓')} ${counted(well, 'other')}, nothing wrong (--json and --html have them)`]
      : []),
  ]
}

/** Nothing is wrong as far as the logs go, but they do not go to its end. */
export const isOpen = (finding: MigrationFinding): boolean =>
  !hasTrouble(finding) && (finding.outcome === 'unknown' || finding.outcome === 'running')

/** One line of it: who, where, how it ended, why, and where that stands; a line more for each further cause. */
function verdict(finding: MigrationFinding, number: number, style: Style): string[] {
  const { acts, causes, instance, kind, evidence, guest, orphan, startedAt } = finding
  const mark = hasTrouble(finding)
    ? style(finding.outcome === 'completed' ? 'yellow' : 'red', '✗')
    : isOpen(finding)
      ? style('yellow', '?')
      : style('green', '✓')
  const [first, ...others] = causes
  const how = `${instance} ${wayOf(finding)}, ${kind === 'cold' ? 'cold, ' : ''}${loggedAt(startedAt)}: ${outcomeInWords(finding)}`
  const places = placesInWords(first?.evidence ?? evidence.slice(0, 1))
  const why = first === undefined ? '' : `. ${capital(first.message)}`
  return [
    `${mark} ${number}. ${how}${why}${places === '' ? '' : style('dim', ` (${places})`)}`,
    ...others.map((cause) => `     also: ${cause.message}${style('dim', ` (${placesInWords(cause.evidence)})`)}`),
    ...acts.map(
      (act) => `     ${loggedAt(act.at).slice(11)}: ${act.message}${style('dim', ` (${placesInWords([act.place])})`)}`,
    ),
    // An orphan's own words say where the guest is, too.
    ...(guest === null || orphan !== null || !hasTrouble(finding) ? [] : [`     ${fateInWords(guest)}`]),
    ...(orphan === null ? [] : [style('red', `     ${orphan.message}: ${orphan.next}`)]),
    ...figures(finding).map((line) => style('dim', `     ${line}`)),
    ...finding.notes.map((note) => `     ${note}`),
  ]
}

function figures({ passes, linkBytesPerSecond: link, writeBytesPerSecond: writes }: MigrationFinding): string[] {
  if (link === null) return []
  const wrote =
    writes === null
      ? ''
      : `, the guest wrote ${writes.high === null ? `≥ ${formatRate(writes.low)}` : `${formatRate(writes.low)} to ${formatRate(writes.high)}`}`
  const counts = passes === null ? '' : `${counted(passes, 'pass', 'passes')}, `
  return [`${counts}the link carried ${formatRate(link)}${wrote}`]
}

function whatToDo({ advice, changes }: Examination, style: Style): string[] {
  const others = othersInWords(advice)
  const instead = insteadOfEach(advice)
  if (changes.length === 0 && others.length === 0 && instead.length === 0) return []
  return [
    '',
    style('bold', `What to do${changes.length > 1 ? ': any one of these changes, what helps most first' : ''}`),
    ...changes.flatMap((change, index) => changeInWords(change, index, changes.length, style)),
    ...others.map((line) => `  ${line}`),
    ...(instead.length === 0 ? [] : ['', style('bold', 'What Landfall would do instead'), ...instead]),
  ]
}

/** What no option does; the same sentence of several migrations is said once, with their numbers. */
export function othersInWords(advice: readonly Advice[]): string[] {
  const by = new Map<string, number[]>()
  for (const [index, { others }] of advice.entries()) {
    for (const sentence of others) by.set(sentence, [...(by.get(sentence) ?? []), index + 1])
  }
  return Array.from(by, ([sentence, numbers]) => `about ${namesInWords(numbers.map(String), 8)}: ${sentence}`)
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

function changeInWords(
  { change, migrations, lack }: AdvisedChange,
  index: number,
  count: number,
  style: Style,
): string[] {
  const mark = count > 1 ? `${letters[index] ?? '-'}) ` : ''
  const restart =
    change.takesEffect === 'reload'
      ? 'reload nova-compute there (SIGHUP), no restart is needed'
      : 'restart nova-compute there, while no migration runs from or to that host'
  const lacking = lack.lack.map(({ host, instead }) => {
    const has = instead.map(({ value, from }) => `${value}, ${from}`).join('; ')
    return has === '' ? host : `${host} (${has})`
  })
  return [
    `  ${mark}against ${namesInWords(
      migrations.map((each) => String(each + 1)),
      8,
    )}: ${change.does}`,
    ...change.fileLines.map((line) => style('green', `       ${line}`)),
    `     hosts: ${lack.sentence}`,
    ...(lacking.length === 0 ? [] : [`     lacking: ${namesInWords(lacking, 12)}`]),
    `     then: ${restart}`,
    `     the guest: ${change.guestFeels.message}`,
  ]
}

/** What Landfall would do instead of each migration that has something to say about; the same is said once. */
export function insteadOfEach(advice: readonly Advice[]): string[] {
  const by = new Map<string, number[]>()
  const assumed = new Set<string>()
  for (const [index, { landfall }] of advice.entries()) {
    if (landfall === null) continue
    const sentence = insteadInWords(landfall)
    by.set(sentence, [...(by.get(sentence) ?? []), index + 1])
    for (const each of landfall.assumes) assumed.add(each)
  }
  const said = Array.from(by, ([sentence, numbers]) => `  for ${namesInWords(numbers.map(String), 8)}: ${sentence}`)
  return assumed.size === 0 ? said : [...said, `  taken for granted: ${[...assumed].join('; ')}`]
}

export function insteadInWords({ chosen, others }: NonNullable<Advice['landfall']>): string {
  if (chosen !== null) return wayInWords(chosen)
  const [first] = others
  if (first === undefined) return 'refuse before it starts: nothing ends within what a careful operator allows'
  return `refuse before it starts, unless ${first.needs.map((each) => asOption(each)).join(' and ')} allows ${wayInWords(first)}`
}

function wayInWords({ strategy, totalTimeMs, downtimeMs, lostWorkSeconds }: LandfallInstead): string {
  const down = downtimeMs === null ? '' : `, is paused for ${durationRange(downtimeMs)}`
  const lost = lostWorkSeconds === null ? '' : `, loses ${forecastSeconds(lostWorkSeconds)} of work`
  return `${strategyName(strategy)}, done in ${forecastRange(totalTimeMs)}${down}${lost}`
}

function notRead({ hosts, unreadable, skipped, unconfigured }: Examination, style: Style): string[] {
  const unreached = hosts.filter((host) => host.unreached !== null)
  const lines = [
    ...unreached.map(({ host, unreached: why }) => style('red', `${host} could not be reached: ${why}`)),
    ...unreadable.map((each) => style('yellow', unreadableInWords(each))),
    ...(skipped.length === 0
      ? []
      : [style('yellow', `Not read, since they are no logs by their names: ${namesInWords(skipped)}.`)]),
    ...(unconfigured.length === 0
      ? []
      : [
          style(
            'dim',
            `No configuration is known of ${namesInWords(unconfigured)}: with their nova.conf, what is set there counts too.`,
          ),
        ]),
  ]
  return lines
}

const capital = (text: string): string =>
  /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text

/** Who lacks the change that was named. */
export function renderLack({ settings, lack, sentence }: Lack, style: Style): string[] {
  const names = settings.map(({ name, value }) => `${name} = ${value}`).join(', ')
  const lacking = lack.map(
    ({ host, instead }) => `  ${host}: ${instead.map(({ value, from }) => `${value} (${from})`).join(', ')}`,
  )
  return ['', style('bold', names), `${capital(sentence)}.`, ...lacking]
}
