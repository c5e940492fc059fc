import { formatDuration } from '@landfall/core'
import type { PastMove } from '@landfall/server'
import { escapeHtml } from './escape-html.ts'
import { reportChart } from './report-chart.ts'
import { decisionName, figuresOf } from './render-report.ts'
import { strategyNames } from './words.ts'

/** One page that needs nothing else: no script, no network, light or dark as its reader has it. */
export function reportPage(move: PastMove): string {
  const { report, planned } = move
  const good = report.outcome === 'completed' || report.outcome === 'recovered'
  const rows = figuresOf(report).map(
    ([figure, foretold, actual]) =>
      `<tr><th scope="row">${escapeHtml(figure)}</th><td>${escapeHtml(foretold)}</td><td>${escapeHtml(actual)}</td></tr>`,
  )
  const began = Date.parse(report.startedAt)
  const decisions = report.decisions.map(({ at, pass, act, why }) => {
    const when = formatDuration((typeof at === 'number' ? at : Date.parse(at)) - began)
    return `<li><b>after ${escapeHtml(when)}, pass ${pass}: ${escapeHtml(decisionName(act))}.</b> ${escapeHtml(why)}</li>`
  })
  const strategy = report.strategy === null ? '' : ` by ${strategyNames[report.strategy]}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.guest)}: ${report.outcome}</title>
<style>${css}</style>
</head>
<body>
<header>
<p class="id">${escapeHtml(report.id)}</p>
<h1>${escapeHtml(report.guest)} <span class="way">${escapeHtml(report.source)} → ${escapeHtml(report.destination)}</span></h1>
<p><span class="outcome ${good ? 'good' : 'bad'}">${report.outcome}</span>${strategy} on <time datetime="${escapeHtml(report.startedAt)}">${escapeHtml(report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time></p>
<p>${escapeHtml(report.reason.message)}</p>
<p class="dim">Planned: ${escapeHtml(planned)}</p>
</header>
<figure>
${reportChart(move)}
<figcaption><span class="key foretold-key"></span>foretold before the start <span class="key seen-key"></span>as it was <span class="key decision-key"></span>decisions, numbered below</figcaption>
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

const css = `
:root{--paper:#fff;--ink:#1b1f24;--dim:#59636e;--rule:#d8dee4;--accent:#0a6e5c;--foretold:#8250df;--warn:#b35900;--bad:#b42318}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--dim:#9198a1;--rule:#2f363e;--accent:#2fbf9f;--foretold:#b392f0;--warn:#e3a04f;--bad:#f97066}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1000px;padding:24px 20px 48px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:26px;margin:2px 0 6px;overflow-wrap:anywhere}h2{font-size:18px;margin:28px 0 8px}p{margin:4px 0}
.way{font-weight:400;color:var(--dim)}.id,.dim{color:var(--dim)}.id{font:12px ui-monospace,monospace}
.outcome{font-weight:600;padding:1px 8px;border-radius:4px;border:1px solid currentColor}.good{color:var(--accent)}.bad{color:var(--bad)}
figure{margin:20px 0}svg{width:100%;height:auto;display:block}figcaption{color:var(--dim);font-size:13px;margin-top:6px}
.key{display:inline-block;width:18px;height:0;border-top:3px solid;margin:0 6px 3px 14px}.foretold-key{border-color:var(--foretold);border-top-style:dashed;margin-left:0}.seen-key{border-color:var(--accent)}.decision-key{border-color:var(--warn)}
.grid{stroke:var(--rule)}.tick{fill:var(--dim);font-size:11px}.title{fill:var(--ink);font-size:12px;font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
path{fill:none;stroke-width:2;stroke-linejoin:round}.seen,.speed{stroke:var(--accent)}.foretold{stroke:var(--foretold);stroke-dasharray:6 5}.throttle{stroke:var(--warn)}
.decision{stroke:var(--warn);stroke-dasharray:2 3}.mark{fill:var(--warn)}.number{fill:var(--paper);font-size:11px;font-weight:700}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);vertical-align:top}thead th{color:var(--dim);font-weight:500}tbody th{font-weight:500}
ol{padding-left:24px}li{margin:6px 0;overflow-wrap:anywhere}
`
