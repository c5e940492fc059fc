import type { CauseCode, MigrationFinding } from '../../diagnosis/finding.ts'
import type { MigrationTruth } from './truth.ts'

/** How a diagnosis differs from the truth. */
export interface Verdict {
  /** Provable from the text, and not said. */
  readonly missed: readonly string[]
  /** Said, and not true. */
  readonly invented: readonly string[]
  /** Causes that the text proves. */
  readonly provable: number
  readonly found: number
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Two of the same instance are told apart by their time. */
function pairs(
  findings: readonly MigrationFinding[],
  truths: readonly MigrationTruth[],
): Map<MigrationTruth, MigrationFinding[]> {
  const byTruth = new Map<MigrationTruth, MigrationFinding[]>(truths.map((truth) => [truth, []]))
  for (const finding of findings) {
    const [nearest] = truths
      .filter(({ instance }) => instance === finding.instance)
      .toSorted((a, b) => Math.abs(a.startedAt - finding.startedAt) - Math.abs(b.startedAt - finding.startedAt))
    if (nearest) byTruth.get(nearest)?.push(finding)
  }
  return byTruth
}

/** What a finding claims of its migration and is not so. */
function inventedBy(finding: MigrationFinding, truth: MigrationTruth): string[] {
  const wrong: string[] = []
  const allowed = new Set([...truth.causesMayBe, ...truth.causes.flatMap(({ anyOf }) => anyOf)])
  for (const { code } of finding.causes) if (!allowed.has(code)) wrong.push(`cause ${code}`)
  if (finding.kind !== truth.kind) wrong.push(`kind ${finding.kind}`)
  const outcomes = [truth.outcome, ...truth.outcomeMayBe, 'unknown']
  if (!outcomes.includes(finding.outcome)) wrong.push(`outcome ${finding.outcome} for ${truth.outcome}`)
  if (finding.from !== null && finding.from !== truth.from) wrong.push(`from ${finding.from}`)
  if (finding.to !== null && finding.to !== truth.to) wrong.push(`to ${finding.to}`)
  if (finding.orphan && finding.orphan.host !== truth.orphanOn) wrong.push(`orphan on ${finding.orphan.host}`)
  // The last ones, within a second of the end, leave no trace.
  if (finding.passes !== null && truth.passes !== null && finding.passes > truth.passes + 1) {
    wrong.push(`${finding.passes} passes for ${truth.passes}`)
  }
  const link = finding.linkBytesPerSecond
  if (link !== null && truth.linkBytesPerSecond !== null && Math.abs(link / truth.linkBytesPerSecond - 1) > 0.3) {
    wrong.push(`link ${Math.round(link)} for ${Math.round(truth.linkBytesPerSecond)}`)
  }
  const writes = finding.writeBytesPerSecond
  if (writes !== null && truth.writeBytesPerSecond !== null) {
    const { low, high } = writes
    if (low > truth.writeBytesPerSecond * 1.3 || (high !== null && high < truth.writeBytesPerSecond * 0.7)) {
      wrong.push(
        `writes ${Math.round(low)}..${high === null ? '' : Math.round(high)} for ${Math.round(truth.writeBytesPerSecond)}`,
      )
    }
  }
  return wrong
}

/** Holds the findings against what really happened. */
export function judge(findings: readonly MigrationFinding[], truths: readonly MigrationTruth[]): Verdict {
  const missed: string[] = []
  const invented: string[] = []
  let provable = 0
  let found = 0
  const known = new Set(truths.map(({ instance }) => instance))
  for (const { instance, kind, causes, startedAt } of findings) {
    if (known.has(instance)) continue
    // A refusal that names no instance is still one: of a migration of that time, with that cause.
    const nameless = truths.some(
      (truth) =>
        !uuid.test(instance) &&
        !truth.mustBeFound &&
        Math.abs(truth.startedAt - startedAt) < 60_000 &&
        causes.every(({ code }) => truth.causesMayBe.includes(code)),
    )
    if (!nameless) invented.push(`a ${kind} migration of ${instance}`)
  }
  for (const [truth, told] of pairs(findings, truths)) {
    const [finding] = told
    if (told.length > 1) invented.push(`${told.length} migrations for one of ${truth.instance}`)
    if (finding) invented.push(...inventedBy(finding, truth))
    if (!finding && truth.mustBeFound) missed.push(`the ${truth.kind} migration of ${truth.instance}`)
    if (
      finding &&
      truth.outcomeProvenAt !== null &&
      finding.outcome === 'unknown' &&
      !truth.outcomeMayBe.includes('unknown') &&
      truth.outcome !== 'unknown' &&
      truth.outcome !== 'running'
    ) {
      missed.push(`outcome ${truth.outcome}`)
    }
    if (finding && truth.orphanOn !== null && finding.orphan === null) missed.push(`orphan on ${truth.orphanOn}`)
    if (finding && finding.to === null && truth.destinationIsTold) missed.push(`to ${truth.to}`)
    for (const { anyOf } of truth.causes) {
      provable += 1
      if (finding?.causes.some(({ code }) => anyOf.includes(code))) found += 1
      else missed.push(`cause ${anyOf.join(' or ')}`)
    }
  }
  return { missed, invented, provable, found }
}

/**
 * What is claimed of a log whose lines came to harm, and is not true of any migration of the instance: times and figures of such
 * a log are worth nothing, so only instances, causes, outcomes and orphans are looked at.
 */
export function claimsAgainst(
  findings: readonly MigrationFinding[],
  truths: readonly MigrationTruth[],
  alsoTrue: readonly CauseCode[] = [],
): string[] {
  return findings.flatMap((finding) => {
    const those = truths.filter(({ instance }) => instance === finding.instance)
    if (those.length === 0) return uuid.test(finding.instance) ? [`a migration of ${finding.instance}`] : []
    const wrong: string[] = []
    const causes = new Set(
      those.flatMap((truth) => [...truth.causesMayBe, ...truth.causes.flatMap(({ anyOf }) => anyOf)]),
    )
    for (const { code } of finding.causes) {
      if (!causes.has(code) && !alsoTrue.includes(code)) wrong.push(`cause ${code}`)
    }
    const outcomes = ['unknown', 'running', ...those.flatMap(({ outcome, outcomeMayBe }) => [outcome, ...outcomeMayBe])]
    if (!outcomes.includes(finding.outcome)) wrong.push(`outcome ${finding.outcome}`)
    const { orphan } = finding
    if (orphan !== null && !those.some(({ orphanOn }) => orphanOn === orphan.host))
      wrong.push(`orphan on ${orphan.host}`)
    return wrong
  })
}
