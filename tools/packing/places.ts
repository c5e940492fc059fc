import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export const repository = join(import.meta.dirname, '../..')
export const packagesFolder = join(repository, 'packages')

/** Packages as they are published, before they are packed. */
export const builtFolder = join(repository, 'dist/packages')
export const tarballsFolder = join(repository, 'dist/tarballs')

/** Every folder in packages/ is published; the laboratory and the benchmarks lie elsewhere. */
export const publishedPackages: readonly string[] = readdirSync(packagesFolder).toSorted()
