import { renameSync, writeFileSync } from 'node:fs'
import { LandfallError } from '@landfall/core'

/** Whole or not at all. @throws LandfallError `bad-config` */
export function writePage(path: string, page: string): void {
  try {
    writeFileSync(`${path}.part`, page)
    renameSync(`${path}.part`, path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new LandfallError('bad-config', `the page cannot be written: ${why}`, {
      next: 'Name a file in a folder that exists and may be written',
      cause: error,
    })
  }
}
