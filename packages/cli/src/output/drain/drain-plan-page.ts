import type { DrainPlan } from '@landfall/core'
import { forecastRange, forecastSeconds, formatBytes, formatDuration } from '@landfall/core'
import { escapeHtml } from '../page/escape-html.ts'
import { pageHead } from '../page/page-head.ts'
import { strategyName } from '../words.ts'

/** Who will feel what of a drain, owner by owner: for those who have to be told before the window opens. */
export function drainPlanPage({ kind, host, verdict, reason, moves, cannot, totalMs, window }: DrainPlan): string {
  const owners = [...new Set([...moves, ...cannot].map(({ owner }) => owner))].toSorted(byName)
  const sections = owners.map((owner) => {
    const own = moves.filter((move) => move.owner === owner)
    const rows = own.map(({ guest, to, startMs, totalTimeMs, downtimeMs, lostWorkSeconds, memoryBytes, strategy }) =>
      row('td', [
        guest,
        to,
        formatBytes(memoryBytes),
        strategyName(strategy),
        `after ${formatDuration(startMs.likely)}`,
        forecastRange(totalTimeMs),
        forecastRange(downtimeMs),
        forecastSeconds(lostWorkSeconds),
      ]),
    )
    const stay = cannot.filter((each) => each.owner === owner)
    const staying = stay.map(({ guest, why }) => `<li><b>${escapeHtml(guest)}</b> stays: ${escapeHtml(why)}</li>`)
    return [
      `<h2>${owner === null ? 'no owner named' : escapeHtml(owner)}</h2>`,
      ...(rows.length === 0 ? [] : [`<table><thead>${titles}</thead><tbody>${rows.join('')}</tbody></table>`]),
      ...(staying.length === 0 ? [] : [`<ul>${staying.join('')}</ul>`]),
    ].join('\n')
  })
  const whole = totalMs === null ? 'not known' : forecastRange(totalMs)
  const when =
    window === null ? '' : `<p>window: ${utc(window.opensAt)} to ${utc(window.closesAt)}, fits: ${window.fits}</p>`
  return `${pageHead(`${kind} of ${host}`)}
<body>
<header>
<h1>${kind === 'drain' ? 'Drain of' : 'Way back to'} ${escapeHtml(host)}</h1>
<p><span class="outcome ${verdict === 'go' ? 'good' : 'bad'}">${verdict}</span> ${escapeHtml(reason)}</p>
<p>all of it: ${escapeHtml(whole)}</p>
${when}
</header>
${sections.join('\n')}
</body>
</html>
`
}

/** Those without an owner come last. */
const byName = (a: string | null, b: string | null): number =>
  a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1

const row = (cell: 'td' | 'th', texts: readonly string[]): string =>
  `<tr>${texts.map((text) => `<${cell}>${escapeHtml(text)}</${cell}>`).join('')}</tr>`

const titles = row('th', [
  'guest',
  'to',
  'memory',
  'strategy',
  'starts',
  'takes',
  'stands still for',
  'loses of its work',
])

const utc = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC')
