import type { Facts } from '../../facts.ts'
import { firstPassBytes } from '../../forecast/copying/scenario.ts'
import type { Bytes } from '../../units.ts'
import type { WorkingSetCurve } from '../../working-set/curve.ts'
import type { Sample } from './sample.ts'
import { pagesSent } from './sample.ts'

/**
 * What this pass has still to send. In pass 1 zero pages remain besides, which cost next to nothing: it sends what the plan takes to be
 * in use; where it has sent more already, the most that the plan takes for possible. Beyond that the plan knows nothing, and what remains is
 * taken for zero: a lever that is pulled for nothing costs the guest far more than one that is pulled a pass later.
 */
export function unsentBytes(facts: Facts, curve: WorkingSetCurve, sample: Sample): Bytes {
  const { pass, phase, remainingBytes } = sample
  if (pass > 1 || phase !== 'active') return remainingBytes
  const { likely, high } = firstPassBytes(facts, curve)
  const sent = pagesSent(sample)
  const inAll = [likely, high].find((bytes) => bytes > sent)
  return inAll === undefined ? 0 : Math.min(remainingBytes, inAll - sent)
}
