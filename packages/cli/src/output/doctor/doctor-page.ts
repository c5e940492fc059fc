import { formatRate } from '@landfall/core'
import type { Examination, FleetOption, MigrationFinding } from '@landfall/doctor'
import { differingOptions, hasTrouble, releaseName } from '@landfall/doctor'
import { doctorChart } from './doctor-chart.ts'
import {
  counted,
  fateInWords,
  loggedAt,
  namesInWords,
  outcomeInWords,
  placesInWords,
  unreadableInWords,
  wayOf,
} from './doctor-words.ts'
import { escapeHtml as text } from '../page/escape-html.ts'
import { pageHead } from '../page/page-head.ts'
import { insteadInWords, isOpen, othersInWords } from './render-doctor.ts'
import { hostsInWords, optionsToShow, remarksInWords } from './render-fleet.ts'

/** This many curves are drawn; a page with more would be slow to open. */
const mostCurves = 300

/** What the doctor says as one page that needs nothing else: no script, no network, light or dark as its reader has it. */
export function doctorPage(examination: Examination): string {
  const { migrations, logs } = examination
  const hosts = examination.hosts.filter(({ isHypervisor }) => isHypervisor)
  const troubled = migrations.filter(hasTrouble).length
  const lines = logs.reduce((sum, log) => sum + log.lines, 0)
  const open = migrations.filter(isOpen).length
  const verdict = [
    ...(migrations.length === 0
      ? []
      : [troubled === 0 ? 'Nothing wrong is seen.' : `Something is wrong with ${troubled}.`]),
    ...(open === 0 ? [] : [`The end of ${open} is not in the logs.`]),
    ...(lines > 0 && logs.every(({ firstAt }) => firstAt === null)
      ? ['Nothing was examined: not one line is dated as a log of Nova is.']
      : []),
  ].join(' ')
  return `${pageHead(`${counted(migrations.length, 'migration')} on ${counted(hosts.length, 'host')}`, doctorStyle)}
<body>
<header>
<p class="id">landfall doctor</p>
<h1>${counted(migrations.length, 'migration')} on ${counted(hosts.length, 'host')}</h1>
<p>${verdict} ${counted(lines, 'line')} of log read; options are taken as nova ${text(releaseName(examination.release))} reads them.</p>
</header>
${migrations.map((finding, index) => migrationPart(finding, examination, index)).join('\n')}
${changesPart(examination)}
${fleetPart(examination)}
${notReadPart(examination)}
</body>
</html>
`
}

const doctorStyle = `
section{margin-top:28px;border-top:1px solid var(--rule);padding-top:14px}
.dot{fill:var(--accent)}pre{background:color-mix(in srgb,var(--ink) 6%,transparent);padding:10px 14px;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace}
.place{font:12px ui-monospace,monospace;color:var(--dim);overflow-wrap:anywhere}.differs{color:var(--warn);font-weight:600}
.narrow{display:none}@media (max-width:600px){.wide{display:none}.narrow{display:block}body{padding:16px 12px 32px}h1{font-size:21px}h2{font-size:16px;overflow-wrap:anywhere}ol,ul{padding-left:18px}}
ul{padding-left:22px;margin:6px 0}td{overflow-wrap:anywhere;min-width:90px}.scroll th{white-space:nowrap}section li{margin:12px 0}section>ul>li{margin:6px 0}.scroll{overflow-x:auto}
`

function migrationPart(finding: MigrationFinding, { advice }: Examination, index: number): string {
  const { acts, causes, guest, instance, notes, startedAt, kind, orphan, linkBytesPerSecond: link, evidence } = finding
  const good = !hasTrouble(finding)
  const chart = index < mostCurves ? doctorChart(finding) : null
  const narrow = chart === null ? null : doctorChart(finding, 360)
  const more = [
    ...acts.map(({ message }) => message),
    ...notes,
    ...(guest === null || orphan !== null || good ? [] : [fateInWords(guest)]),
  ]
  const plateau = causes.some(({ numbers }) => numbers['plateauBytes'] !== undefined)
  const landfall = advice[index]?.landfall ?? null
  const reasons = causes.map(
    (cause) => `<li>${text(cause.message)} <span class="place">${text(placesInWords(cause.evidence))}</span></li>`,
  )
  return `<section>
<h2>${index + 1}. ${text(instance)} <span class="way">${text(wayOf(finding))}</span></h2>
<p><span class="outcome ${good ? (isOpen(finding) ? '' : 'good') : 'bad'}">${text(outcomeInWords(finding))}</span> ${kind === 'cold' ? 'cold, ' : ''}begun ${loggedAt(startedAt)}${link === null ? '' : `; the link carried ${formatRate(link)}`}</p>
${reasons.length === 0 ? `<p class="place">${text(placesInWords(evidence.slice(0, 3)))}</p>` : `<ul>${reasons.join('')}</ul>`}
${more.map((each) => `<p>${text(each)}</p>`).join('')}
${orphan === null ? '' : `<p class="bad">${text(`${orphan.message}: ${orphan.next}`)}</p>`}
${chart === null ? '' : `<figure>${chart}${narrow ?? ''}<figcaption><span class="key seen-key"></span>as Nova logged it${plateau ? ' <span class="key predicted-key"></span>what every pass leaves' : ''}</figcaption></figure>`}
${landfall === null ? '' : `<p><b>Landfall instead:</b> ${text(insteadInWords(landfall))} <span class="dim">(taken for granted: ${text(landfall.assumes.join('; '))})</span></p>`}
</section>`
}

function changesPart({ changes, advice, unconfigured }: Examination): string {
  const others = othersInWords(advice)
  if (changes.length === 0 && others.length === 0) return ''
  const parts = changes.map(({ change, migrations, lack }) => {
    const lacking = lack.lack.map(({ host }) => host)
    const unknown = unconfigured.length === 0 ? '' : ` Not known of ${namesInWords(unconfigured)}.`
    return `<li><p>${text(change.does)} <span class="dim">(against ${namesInWords(
      migrations.map((each) => String(each + 1)),
      8,
    )})</span></p>
<pre>${text(change.fileLines.join('\n'))}</pre>
<p>${text(lack.sentence)}${lacking.length === 0 ? '' : `: ${text(namesInWords(lacking, 40))}`}.${text(unknown)} Then ${change.takesEffect === 'reload' ? 'reload' : 'restart'} nova-compute there.</p>
<p class="dim">The guest: ${text(change.guestFeels.message)}</p></li>`
  })
  return `<section>
<h2>What to do</h2>
${parts.length > 1 ? '<p>Any one of these, what helps most first:</p>' : ''}
${parts.length === 0 ? '' : `<ol>${parts.join('')}</ol>`}
${others.length === 0 ? '' : `<ul>${others.map((other) => `<li>${text(other)}</li>`).join('')}</ul>`}
</section>`
}

function fleetPart({ fleet }: Examination): string {
  if (fleet.hosts.length === 0) return ''
  const differing = new Set(differingOptions(fleet).map(({ option }) => option))
  const remarks = remarksInWords(fleet.remarks).map(
    (remark) => `<li>${text(remark.text)} <span class="place">${text(remark.place)}</span></li>`,
  )
  return `<section>
<h2>Fleet: ${counted(fleet.hosts.length, 'host')}</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">option</th><th scope="col">value</th><th scope="col">hosts</th><th scope="col">what it does to a guest of ${fleet.guestGiB} GiB</th></tr></thead>
<tbody>${optionsToShow(fleet)
    .map((option) => optionRows(option, differing.has(option.option)))
    .join('')}</tbody>
</table></div>
${remarks.length === 0 ? '' : `<h2>Lines worth a look</h2><ul>${remarks.join('')}</ul>`}
</section>`
}

function optionRows({ option, values }: FleetOption, differs: boolean): string {
  return values
    .map((each, index) => {
      const { value, hosts, effect } = each
      const name =
        index === 0
          ? `${text(option.replace(/^\w+\./, ''))}${differs ? '<br><span class="differs">not alike</span>' : ''}`
          : ''
      return `<tr><th scope="row">${name}</th><td>${text(value)}</td><td>${hosts.length}: ${text(hostsInWords(each, values.length))}</td><td>${text(effect)}</td></tr>`
    })
    .join('')
}

function notReadPart({ hosts, skipped, unreadable }: Examination): string {
  const lines = [
    ...hosts.flatMap(({ host, unreached }) =>
      unreached === null ? [] : [`${host} could not be reached: ${unreached}`],
    ),
    ...unreadable.map(unreadableInWords),
    ...skipped.map((file) => `${file}: no log by its name, left out`),
  ]
  return lines.length === 0
    ? ''
    : `<section><h2>Not read</h2><ul>${lines.map((line) => `<li>${text(line)}</li>`).join('')}</ul></section>`
}
