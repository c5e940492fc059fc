// The one laboratory with Nova of a run of its suite: raised before the first file, taken down after the last.
import type { TestProject } from 'vitest/node'
import { down, up } from '../../src/index.ts'
import { acquireLock } from '../../src/machine/lock.ts'
import { takeDown } from '../laboratory/take-down.ts'

const name = process.env['LANDFALL_SUITE'] ?? 'nova-suite'
/** How long another run of the suite on this machine is waited for. */
const waitMs = 20 * 60_000

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the laboratory that is up. */
    readonly labName: string
  }
}

export default async function raise(project: TestProject): Promise<() => Promise<void>> {
  const onWait = (holder: string): void => say(`${holder} runs the suite: waiting`)
  const lock = await acquireLock(`suite ${name}`, { waitMs, onWait })
  // Nobody else runs the suite: a laboratory of its name was left by a run that was killed.
  await down(name)
  const startedAt = performance.now()
  await up({ name, hosts: 2, link: '800Mbit', nova: true, progress: say })
  say(`up with Nova in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  project.provide('labName', name)
  return async () => {
    try {
      await takeDown(name)
    } finally {
      await lock[Symbol.asyncDispose]()
    }
  }
}

function say(line: string): void {
  console.error(`  ${line}`)
}
