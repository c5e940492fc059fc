// Before the first file: a browser of Debian's, and the console as it is built.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureMachinePackages } from '../../../lab/src/machine/machine-packages.ts'

const repository = join(import.meta.dirname, '../../..')

const say = (line: string): void => console.error(`  ${line}`)

export default async function setUp(): Promise<void> {
  await ensureMachinePackages([{ program: 'chromium', package: 'chromium' }], say, undefined)
  const vite = join(repository, 'node_modules/vite/bin/vite.js')
  const { status, error } = spawnSync(
    process.execPath,
    [vite, 'build', '--logLevel', 'warn', join(repository, 'packages/console')],
    // As it is packed: React has a slower and larger build for any other environment, and vitest sets its own.
    { cwd: repository, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: 'production' } },
  )
  if (status !== 0) throw new Error('the console cannot be built', { cause: error })
}
