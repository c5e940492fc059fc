import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../open-store.ts'
import { killedDriverSuite } from '../../testing/killed-driver-suite.ts'

killedDriverSuite(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  const store = openStore(folder)
  return {
    doomed: store,
    next: store,
    // Its process is gone, and the next one sees it.
    die: () => Promise.resolve(),
    clear: async () => {
      await store[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
})
