// The one laboratory with Nova of a run of its suite: raised before the first file, taken down after the last.
import type { TestProject } from 'vitest/node'
import { raiseForSuite, say } from '../laboratory/raise.ts'

const name = process.env['LANDFALL_SUITE'] ?? 'nova-suite'

export default async function raise(project: TestProject): Promise<() => Promise<void>> {
  const startedAt = performance.now()
  const lab = await raiseForSuite(name, { nova: true })
  say(`up with Nova in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  project.provide('laboratories', [{ name: lab.name, stateDirectory: lab.stateDirectory }])
  return async () => {
    await lab[Symbol.asyncDispose]()
  }
}
