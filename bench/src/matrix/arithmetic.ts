/**
 * What no way of migrating can get round, from what the guest is known to write: the working-set curve U(t), the plateau
 * R̂ and R*, the least that a stop at the best moment leaves. `link` is B in bytes per second, times are in seconds.
 */

/** Pages that are rewritten at the same speed: so many bytes of them, so many bytes of pages touched a second. */
export interface WriteClass {
  readonly bytes: number
  readonly bytesPerSecond: number
}

export interface WriteModel {
  readonly order: 'random' | 'sequential'
  readonly classes: readonly WriteClass[]
}

/** U(t): bytes of distinct pages written in a time; W(1 − e^(−wt/W)) of each class, min(wt, W) of a sweep. */
export function distinctBytes({ order, classes }: WriteModel, seconds: number): number {
  let sum = 0
  for (const { bytes, bytesPerSecond } of classes) {
    const touched = seconds <= 0 || bytes === 0 ? 0 : bytesPerSecond * seconds
    sum += order === 'sequential' ? Math.min(touched, bytes) : bytes * (1 - Math.exp(-touched / Math.max(1, bytes)))
  }
  return sum
}

/** R̂ = U(R̂ ÷ B): what each pass leaves in the end; 0 for a guest whose passes shrink to nothing. */
export function plateauBytes(model: WriteModel, link: number): number {
  let left = model.classes.reduce((sum, { bytes }) => sum + bytes, 0)
  for (let pass = 0; pass < 10_000; pass++) {
    const next = distinctBytes(model, left / link)
    if (left - next < 1) break
    left = next
  }
  return left < 4096 ? 0 : left
}

/**
 * R*: the least that can be left to stop for, where the inflow of clean pages has risen to B. Of several classes the
 * fastest pages are left dirty first: a byte of them takes most of the inflow away.
 */
export function leastStopBytes({ classes }: WriteModel, link: number): number {
  let inflow = classes.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0)
  let left = 0
  for (const each of classes.filter(({ bytes }) => bytes > 0).toSorted((a, b) => perByte(b) - perByte(a))) {
    if (inflow <= link) break
    const others = inflow === Infinity ? othersThan(classes, each) : inflow - each.bytesPerSecond
    // So much of this class has to be clean that its inflow fills up what the slower classes leave of the link.
    const clean = Math.max(0, link - others) / each.bytesPerSecond
    left += each.bytes * (1 - Math.min(1, clean))
    inflow = others
  }
  return left
}

const perByte = ({ bytes, bytesPerSecond }: WriteClass): number => bytesPerSecond / bytes

/** What the slower classes write; of classes without a limit there is one at most. */
const othersThan = (classes: readonly WriteClass[], one: WriteClass): number =>
  classes.reduce((sum, each) => (each === one ? sum : sum + each.bytesPerSecond), 0)

/**
 * What plain pre-copy sends in all: the sum of its passes, each of what the one before left, until what is left fits
 * `limitMs` (R_1 = U(M ÷ B), R_{k+1} = U(R_k ÷ B)). Null where it never does.
 */
export function bytesOfPasses(model: WriteModel, link: number, firstPassBytes: number, limitMs: number): number | null {
  let sent = firstPassBytes
  let left = distinctBytes(model, firstPassBytes / link)
  for (let pass = 2; pass < 1000; pass++) {
    sent += left
    if (left <= (link * limitMs) / 1000) return sent
    const next = distinctBytes(model, left / link)
    if (next >= left - 1) return null
    left = next
  }
  return null
}
