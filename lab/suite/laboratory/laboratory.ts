// The one laboratory of a run of the suite: raised before the first file, taken down after the last.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { down, up } from '../../src/index.ts'
import { acquireLock } from '../../src/machine/lock.ts'
import { ensureMachinePackages } from '../../src/machine/machine-packages.ts'
import { takeDown } from './take-down.ts'

/** Parts of the suite that run beside each other have a laboratory each. */
const name = process.env['LANDFALL_SUITE'] ?? 'suite'
/** What the tests call themselves: certificates and a real sshd for the client's transports, a terminal for Ctrl-C, oslo.config. */
const needs = [
  { program: 'openssl', package: 'openssl' },
  { program: 'ssh', package: 'openssh-client' },
  { program: 'ssh-keygen', package: 'openssh-client' },
  { program: 'script', package: 'bsdutils' },
  // What OpenStack's own services read their configuration with, to compare our reader with.
  { program: 'oslo-config-validator', package: 'python3-oslo.config' },
]
/** How long another run of the suite on this machine is waited for. */
const waitMs = 20 * 60_000

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the laboratory that is up. */
    readonly labName: string
    /** Where the suite's own migrations keep their journals ($LANDFALL_STATE). */
    readonly stateDirectory: string
  }
}

export default async function raise(project: TestProject): Promise<() => Promise<void>> {
  const onWait = (holder: string): void => say(`${holder} runs the suite: waiting`)
  const lock = await acquireLock(`suite ${name}`, { waitMs, onWait })
  await ensureMachinePackages(needs, say, undefined)
  // Nobody else runs the suite: a laboratory of its name was left by a run that was killed.
  await down(name)
  await up({ name, hosts: 2, link: '800Mbit', progress: say })
  const stateDirectory = await mkdtemp(join(tmpdir(), 'landfall-suite-'))
  project.provide('labName', name)
  project.provide('stateDirectory', stateDirectory)
  // Read by the suite of the libvirt client, which cannot import the laboratory that is built on it.
  process.env['LANDFALL_LAB'] = name
  return async () => {
    try {
      await takeDown(name)
    } finally {
      await rm(stateDirectory, { recursive: true, force: true })
      await lock[Symbol.asyncDispose]()
    }
  }
}

function say(line: string): void {
  console.error(`  ${line}`)
}
