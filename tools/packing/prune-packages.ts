import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { neededToRun } from './needed-to-run.ts'

/** Takes away what no program needs to run: files of the packages' makers, their commands, folders left empty. */
export function prunePackages(nodeModules: string): void {
  for (const name of packageNames(nodeModules)) {
    const folder = join(nodeModules, name)
    for (const path of filesBelow(folder)) if (!neededToRun(path)) rmSync(join(folder, path))
    if (name !== 'landfall') for (const command of commandsOf(folder)) rmSync(join(folder, command), { force: true })
    removeEmpty(folder)
    const nested = join(folder, 'node_modules')
    if (existsSync(nested)) prunePackages(nested)
  }
}

function packageNames(nodeModules: string): readonly string[] {
  return readdirSync(nodeModules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(nodeModules, name)).map((below) => `${name}/${below}`) : [name],
  )
}

/** Packages below a package are pruned as packages of their own. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('node_modules/'))
}

/** What npm would put on the PATH: nobody calls it here. */
function commandsOf(folder: string): readonly string[] {
  const { bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly bin?: string | Readonly<Record<string, string>>
  }
  return typeof bin === 'string' ? [bin] : Object.values(bin)
}

function removeEmpty(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name))
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
