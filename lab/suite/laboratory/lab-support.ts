import { setTimeout as delay } from 'node:timers/promises'

import { down, leftovers, up } from '@landfall/lab'
import type { Lab, UpOptions } from '@landfall/lab'

/** A name that no other run of the suite uses. */
export const labName = (what: string): string => `t${process.pid}-${what}`

/** A laboratory for one test: taken down whatever happens, and anything it leaves fails the test. */
export async function testLab(what: string, options: UpOptions = {}): Promise<Lab> {
  const lab = await up({ name: labName(what), ...options })
  return {
    ...lab,
    [Symbol.asyncDispose]: () => takeDown(lab.name),
  }
}

/** Takes a laboratory down and fails where anything of it remains. */
export async function takeDown(name: string): Promise<void> {
  await down(name)
  const remaining = leftovers(name)
  if (remaining.length > 0) throw new Error(`left behind: ${JSON.stringify(remaining)}`)
}

/** Asks until the answer is true; fails after the deadline, naming what did not come. */
export async function eventually(what: string, probe: () => Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const startedAt = performance.now()
  while (!(await probe())) {
    if (performance.now() - startedAt > deadlineMs) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await delay(50)
  }
}
