import type { PastMigration } from '@landfall/api'
import { decisionName, figuresOf } from '@landfall/api'
import { formatDuration } from '@landfall/core'
import { escapeHtml } from '../page/escape-html.ts'
import { pageHead } from '../page/page-head.ts'
import { reportChart } from './report-chart.ts'
import { reasonWords } from '../next-action.ts'
import { strategyName } from '../words.ts'

/** One page that needs nothing else: no script, no network, light or dark as its reader has it. */
export function reportPage(migration: PastMigration): string {
  const { report, planned } = migration
  const good = report.outcome === 'completed' || report.outcome === 'recovered'
  const rows = figuresOf(report).map(
    ([figure, predicted, actual]) =>
      `<tr><th scope="row">${escapeHtml(figure)}</th><td>${escapeHtml(predicted)}</td><td>${escapeHtml(actual)}</td></tr>`,
  )
  const began = Date.parse(report.startedAt)
  const decisions = report.decisions.map(({ at, pass, act, why }) => {
    const when = formatDuration((typeof at === 'number' ? at : Date.parse(at)) - began)
    return `<li><b>after ${escapeHtml(when)}, pass ${pass}: ${escapeHtml(decisionName(act))}.</b> ${escapeHtml(why)}</li>`
  })
  const tries = (report.failedTries ?? []).map(({ number, reason }) => {
    return `<li value="${number}">${escapeHtml(reason.message)}</li>`
  })
  const strategy = report.strategy === null ? '' : ` by ${strategyName(report.strategy)}`
  return `${pageHead(`${report.guest}: ${report.outcome}`)}
<body>
<header>
<p class="id">${escapeHtml(report.id)}</p>
<h1>${escapeHtml(report.guest)} <span class="way">${escapeHtml(report.source)} → ${escapeHtml(report.destination)}</span></h1>
<p><span class="outcome ${good ? 'good' : 'bad'}">${report.outcome}</span>${strategy} on <time datetime="${escapeHtml(report.startedAt)}">${escapeHtml(report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time></p>
<p>${escapeHtml(reasonWords(report))}</p>
<p class="dim">Planned: ${escapeHtml(planned)}</p>
${tries.length === 0 ? '' : `<h2>Tries that failed before</h2>\n<ol>${tries.join('')}</ol>\n`}</header>
<figure>
${reportChart(migration)}
<figcaption><span class="key predicted-key"></span>predicted before the start <span class="key seen-key"></span>as it was <span class="key decision-key"></span>decisions, numbered below</figcaption>
</figure>
<table>
<thead><tr><th scope="col">figure</th><th scope="col">predicted (range)</th><th scope="col">actual</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table>
<h2>Decisions</h2>
${decisions.length === 0 ? '<p class="dim">None: nothing was touched.</p>' : `<ol>${decisions.join('')}</ol>`}
</body>
</html>
`
}
