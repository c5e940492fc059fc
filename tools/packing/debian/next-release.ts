import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../suite/workshop.ts'

/** The same package with a higher version: what an upgrade does is up to dpkg and the package's scripts. */
export async function nextRelease(debianPackage: string, version: string, made: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-next-'))
  try {
    await run('dpkg-deb', ['--raw-extract', debianPackage, join(folder, 'tree')])
    const control = join(folder, 'tree/DEBIAN/control')
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`))
    await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', join(folder, 'tree'), made])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
