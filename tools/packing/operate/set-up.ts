import { down, leftovers, up } from '@landfall/lab'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Name of the laboratory that is up. */
    readonly operateLab: string
  }
}

const name = process.env['LANDFALL_SUITE'] ?? 'operate'

/** Raises the hosts; returns what takes them down, and fails where anything of them is left. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await down(name)
  await up({ name, hosts: 2, progress: (line) => console.error(`  ${line}`) })
  project.provide('operateLab', name)
  return async () => {
    await down(name)
    const left = leftovers(name)
    if (left.length > 0) throw new Error(`the laboratory left something behind: ${JSON.stringify(left)}`)
  }
}
