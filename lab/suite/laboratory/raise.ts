import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { down, up } from '../../src/index.ts'
import type { UpOptions } from '../../src/index.ts'
import { acquireLock } from '../../src/machine/lock.ts'
import type { SuiteLab } from '../support/suite-lab.ts'
import { takeDown } from './take-down.ts'

/** How long another run of the suite on this machine is waited for. */
const waitMs = 20 * 60_000

/** Raises a laboratory of a suite; disposed of it is down, and what it leaves behind is an error. */
export async function raiseForSuite(name: string, options: UpOptions): Promise<SuiteLab & AsyncDisposable> {
  const onWait = (holder: string): void => say(`${holder} runs the suite: waiting`)
  const lock = await acquireLock(`suite ${name}`, { waitMs, onWait })
  // Nobody else runs the suite: a laboratory of its name was left by a run that was killed.
  await down(name)
  await up({ hosts: 2, link: '800Mbit', progress: say, ...options, name })
  const stateDirectory = await mkdtemp(join(tmpdir(), 'landfall-suite-'))
  return {
    name,
    stateDirectory,
    [Symbol.asyncDispose]: async () => {
      try {
        await takeDown(name)
      } finally {
        await rm(stateDirectory, { recursive: true, force: true })
        await lock[Symbol.asyncDispose]()
      }
    },
  }
}

export function say(line: string): void {
  console.error(`  ${line}`)
}
