// The laboratories of a run of the suite, one for each file that runs at a time: raised before the first file, taken down after
// the last.
import type { TestProject } from 'vitest/node'
import { ensureMachinePackages } from '../../src/machine/machine-packages.ts'
import { buildCommand } from './build-command.ts'
import type { SuiteLab } from '../support/suite-lab.ts'
import { raiseForSuite, say } from './raise.ts'
import { raiseService } from './suite-service.ts'

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

export default async function raise(project: TestProject): Promise<() => Promise<void>> {
  const raised = new AsyncDisposableStack()
  try {
    await ensureMachinePackages(needs, say, undefined)
    const command = await buildCommand(name)
    const laboratories: SuiteLab[] = []
    for (let place = 1; place <= project.config.maxWorkers; place++) {
      const lab = raised.use(await raiseForSuite(place === 1 ? name : `${name}-${place}`, {}))
      laboratories.push({
        name: lab.name,
        stateDirectory: lab.stateDirectory,
        ...(await serviceOf(lab, command, raised)),
      })
    }
    project.provide('laboratories', laboratories)
    project.provide('command', command)
    // Read by the suite of the libvirt client, which cannot import the laboratory that is built on it.
    process.env['LANDFALL_SUITE_LABS'] = laboratories.map((lab) => lab.name).join()
  } catch (error) {
    await raised.disposeAsync()
    throw error
  }
  return () => raised.disposeAsync()
}

/** Whom the suite's commands ask, where they are not to do their work themselves: npm run test:three-ways. */
async function serviceOf(
  lab: SuiteLab,
  command: string,
  raised: AsyncDisposableStack,
): Promise<Pick<SuiteLab, 'service'>> {
  const wanted = process.env['LANDFALL_SUITE_SERVER']
  if (wanted === undefined) return {}
  const { url, token, store } = raised.use(await raiseService(wanted, command, lab))
  return { service: { url, token, store } }
}
