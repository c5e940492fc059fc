// The fast tests write into a folder of their own: what still lies there after the last of them was left behind, and fails the run.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Of archives that the doctor unpacks, which go when their program ends by itself; a worker of the tests is ended. */
const goesWithItsProgram = /^landfall-archive-/

export default function makeScratchFolder(): () => void {
  const before = process.env['TMPDIR']
  const folder = mkdtempSync(join(tmpdir(), 'landfall-tests-'))
  // Workers get it when they are started.
  process.env['TMPDIR'] = folder
  return () => {
    const left = readdirSync(folder).filter((name) => !goesWithItsProgram.test(name))
    rmSync(folder, { recursive: true, force: true })
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    if (left.length > 0) throw new Error(`left behind in the folder for temporary files: ${left.join(', ')}`)
  }
}
