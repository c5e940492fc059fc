import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { repository } from '../places.ts'
import { run } from '../suite/workshop.ts'
import { makeRoots, obstacleToRoots } from './roots.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly debianPackage: string
  }
}

export async function setup(project: TestProject): Promise<void> {
  const obstacle = obstacleToRoots()
  if (obstacle !== null) throw new Error(`the Debian package cannot be tried here: it ${obstacle}`)
  await makeRoots()
  await run(process.execPath, ['tools/packing/pack.ts'])
  // Little is gained by packing it well for a test.
  await run('packaging/debian/build.sh', [], { environment: { LANDFALL_XZ_LEVEL: '0' } })
  const folder = join(repository, 'dist/debian')
  const [name] = readdirSync(folder).filter((each) => each.endsWith('.deb'))
  if (name === undefined) throw new Error('no package was built')
  project.provide('debianPackage', join(folder, name))
}
