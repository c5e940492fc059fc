import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import { MiB } from '../units.ts'
import type { Evidence } from './evidence.ts'

/** Shapes of U(t) that guests have; all concave. `saturated`: even the shortest window saw the whole set. */
export type Family = 'unknown' | 'idle' | 'linear' | 'uniform' | 'uniform-with-trickle' | 'saturated' | 'power-law'

export interface FittedFamily {
  readonly family: Family
  /** W: the set that is rewritten; the guest's memory where no end of it was seen. */
  readonly workingSetBytes: Bytes
  /** w = U'(0). For `saturated` only a lower bound, for `power-law` the speed over the shortest window. */
  readonly writeBytesPerSecond: BytesPerSecond
  readonly trickleBytesPerSecond: BytesPerSecond
  /** β of C·t^β, for `power-law`. */
  readonly exponent?: number
  readonly at: (tMs: Milliseconds) => Bytes
}

/** When nothing was measured: a guest that writes somewhat. Only a centre for ranges that reach from nothing to everything. */
const unknownWriteBytesPerSecond = 64 * MiB
const unknownShare = 0.25

/** A window that a uniform writer has covered k times over reads as saturated: 1 − e⁻³ = 95 %. */
const saturatedTurns = 3
/** Where only a lower bound of the speed is known, the centre is drawn here (the lab's writer: 8 turns a second). */
const assumedTurns = 5
/** With a single window nothing tells saturated from linear: the middle. */
const singleWindowTurns = 1.5
const linearTurns = 0.1

/**
 * A trickle is the beginning of a larger set that is rewritten more slowly. Where it ends was not seen: it is taken to go on
 * for about as long again as the longest window.
 */
const trickleHorizons = 2
const trickled = (tMs: Milliseconds, horizonMs: Milliseconds): number =>
  horizonMs === Infinity ? tMs : horizonMs * -Math.expm1(0 - tMs / horizonMs)

/** U(t) of a guest that writes anywhere in a set, so many times over a millisecond, and a trickle beside it. */
export const uniform =
  (setBytes: Bytes, perMs: number, trickle: BytesPerSecond, memoryBytes: Bytes, horizonMs: Milliseconds = Infinity) =>
  (tMs: Milliseconds): Bytes =>
    Math.min(memoryBytes, setBytes * -Math.expm1(-perMs * tMs) + (trickle * trickled(tMs, horizonMs)) / 1000)

interface Candidate {
  readonly set: Bytes
  readonly horizonMs: Milliseconds
  readonly perMs: number
  readonly trickle: BytesPerSecond
  readonly error: number
}

const relativeError = (evidence: readonly Evidence[], at: (tMs: number) => number): number =>
  evidence.reduce((sum, { atMs, likely, weight }) => sum + weight * ((at(atMs) - likely) / Math.max(likely, 1)) ** 2, 0)

/** For a given turn rate the set and the trickle follow by least squares on relative errors. */
function solve(evidence: readonly Evidence[], perMs: number, withTrickle: boolean): Candidate {
  const horizonMs = (evidence.at(-1)?.atMs ?? Infinity) * trickleHorizons
  let [gg, gt, tt, g1, t1] = [0, 0, 0, 0, 0]
  for (const { atMs, likely, weight } of evidence) {
    const g = -Math.expm1(-perMs * atMs) / Math.max(likely, 1)
    const t = trickled(atMs, horizonMs) / 1000 / Math.max(likely, 1)
    gg += weight * g * g
    gt += weight * g * t
    tt += weight * t * t
    g1 += weight * g
    t1 += weight * t
  }
  const determinant = gg * tt - gt * gt
  let set = g1 / gg
  let trickle = 0
  if (withTrickle && determinant > 1e-9 * gg * tt) {
    const both = { set: (g1 * tt - t1 * gt) / determinant, trickle: (gg * t1 - gt * g1) / determinant }
    if (both.set > 0 && both.trickle > 0) ({ set, trickle } = both)
  }
  const error = relativeError(evidence, uniform(set, perMs, trickle, Infinity, horizonMs))
  return { set, perMs, trickle, horizonMs, error }
}

function bestUniform(evidence: readonly Evidence[], firstMs: number, lastMs: number, withTrickle: boolean): Candidate {
  const slowest = linearTurns / lastMs
  const fastest = assumedTurns / firstMs
  const steps = 120
  let best = solve(evidence, slowest, withTrickle)
  for (let step = 1; step <= steps; step++) {
    const candidate = solve(evidence, slowest * (fastest / slowest) ** (step / steps), withTrickle)
    if (candidate.error < best.error) best = candidate
  }
  return best
}

function powerLaw(evidence: readonly Evidence[]): { coefficient: number; exponent: number } {
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0]
  for (const { atMs, likely, weight } of evidence) {
    const x = Math.log(atMs)
    const y = Math.log(Math.max(likely, 1))
    n += weight
    sx += weight * x
    sy += weight * y
    sxx += weight * x * x
    sxy += weight * x * y
  }
  const exponent = (n * sxy - sx * sy) / (n * sxx - sx * sx)
  return { exponent, coefficient: Math.exp((sy - exponent * sx) / n) }
}

/** The family that explains the evidence best, the simpler one on a tie. */
export function fitFamily(evidence: readonly Evidence[], memoryBytes: Bytes): FittedFamily {
  const first = evidence[0]
  const last = evidence.at(-1)
  if (!first || !last) {
    const set = memoryBytes * unknownShare
    return {
      family: 'unknown',
      workingSetBytes: set,
      writeBytesPerSecond: unknownWriteBytesPerSecond,
      trickleBytesPerSecond: 0,
      at: uniform(set, unknownWriteBytesPerSecond / set / 1000, 0, memoryBytes),
    }
  }
  // Under half a sampled page's worth of memory nothing can be told from nothing.
  if (last.likely < Math.max(1, memoryBytes / 2048)) {
    const speed = (last.likely / last.atMs) * 1000
    return {
      family: 'idle',
      workingSetBytes: last.likely,
      writeBytesPerSecond: speed,
      trickleBytesPerSecond: 0,
      at: (tMs) => Math.min(memoryBytes, (speed * tMs) / 1000),
    }
  }
  if (evidence.length === 1) {
    const set = Math.min(memoryBytes, last.likely / -Math.expm1(-singleWindowTurns))
    // A set that fills the guest's memory is covered as far as it was seen to be.
    const turns = last.likely >= memoryBytes ? assumedTurns : -Math.log(1 - last.likely / set)
    const perMs = Math.min(assumedTurns, turns) / last.atMs
    return {
      family: 'uniform',
      workingSetBytes: set,
      writeBytesPerSecond: set * perMs * 1000,
      trickleBytesPerSecond: 0,
      at: uniform(set, perMs, 0, memoryBytes),
    }
  }
  return fitSeveral(evidence, first, last, memoryBytes)
}

/** A window that is known to within this is as good as any: no guest follows a formula more closely. */
const goodEnough = 0.03

/** What noise alone may put between a reading and the truth, as a share of the reading. */
const relativeNoise = ({ deviation, likely }: Evidence): number => deviation / Math.max(likely, 1)

function fitSeveral(points: readonly Evidence[], first: Evidence, last: Evidence, memoryBytes: Bytes): FittedFamily {
  // Short windows catch few pages: they say much about the speed, but each only as well as it was measured.
  const evidence = points.map((point) => ({
    ...point,
    weight: (point.weight * goodEnough ** 2) / (goodEnough ** 2 + relativeNoise(point) ** 2),
  }))
  const plain = bestUniform(evidence, first.atMs, last.atMs, false)
  const mixed = evidence.length > 2 ? bestUniform(evidence, first.atMs, last.atMs, true) : plain
  const law = powerLaw(evidence)
  const lawAt = (tMs: Milliseconds): Bytes => Math.min(memoryBytes, law.coefficient * tMs ** law.exponent)
  const usable = law.exponent > 0 && law.exponent < 1
  const lawError = usable && evidence.length > 2 ? relativeError(evidence, lawAt) : Infinity

  if (lookSaturated(first, last)) return saturatedAt(evidence, first, memoryBytes)
  // A misfit of a few per cent over all windows, or of what noise explains, is within what the windows can tell.
  const tie = Math.max(
    1e-3,
    evidence.reduce((sum, point) => sum + 0.25 * point.weight * relativeNoise(point) ** 2, 0),
  )
  if (plain.error <= Math.min(mixed.error, lawError) + tie) return named(plain, first, last, memoryBytes)
  if (mixed.error <= lawError + tie) return named(mixed, first, last, memoryBytes)
  return {
    family: 'power-law',
    workingSetBytes: memoryBytes,
    writeBytesPerSecond: (lawAt(first.atMs) / first.atMs) * 1000,
    trickleBytesPerSecond: 0,
    exponent: law.exponent,
    at: lawAt,
  }
}

/** Growth that the windows' noise explains is no growth. */
const lookSaturated = (first: Evidence, last: Evidence): boolean =>
  last.likely <= first.likely * 1.15 && last.likely - first.likely <= 2 * Math.hypot(first.deviation, last.deviation)

function saturatedAt(evidence: readonly Evidence[], first: Evidence, memoryBytes: Bytes): FittedFamily {
  const weight = evidence.reduce((sum, each) => sum + each.weight, 0)
  const set = evidence.reduce((sum, each) => sum + each.likely * each.weight, 0) / weight
  const perMs = assumedTurns / first.atMs
  return {
    family: 'saturated',
    workingSetBytes: set,
    writeBytesPerSecond: set * perMs * 1000,
    trickleBytesPerSecond: 0,
    at: uniform(set, perMs, 0, memoryBytes),
  }
}

function named(fit: Candidate, first: Evidence, last: Evidence, memoryBytes: Bytes): FittedFamily {
  const speed = fit.set * fit.perMs * 1000
  const shape = { writeBytesPerSecond: speed + fit.trickle, trickleBytesPerSecond: fit.trickle }
  if (fit.perMs * last.atMs <= linearTurns * 1.5) {
    const seen = (uniform(fit.set, fit.perMs, fit.trickle, Infinity, fit.horizonMs)(last.atMs) / last.atMs) * 1000
    const at = (tMs: Milliseconds): Bytes => Math.min(memoryBytes, (seen * tMs) / 1000)
    return { family: 'linear', workingSetBytes: memoryBytes, ...shape, writeBytesPerSecond: seen, at }
  }
  const saturated = fit.perMs * first.atMs >= saturatedTurns && fit.trickle === 0
  return {
    family: saturated ? 'saturated' : fit.trickle > 0 ? 'uniform-with-trickle' : 'uniform',
    workingSetBytes: Math.min(memoryBytes, fit.set),
    ...shape,
    at: uniform(fit.set, fit.perMs, fit.trickle, memoryBytes, fit.horizonMs),
  }
}
