/** What package-lock.json says of one package, as far as it is read here. */
interface LockedPackage {
  readonly version?: string
  readonly dev?: boolean
  readonly link?: boolean
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/**
 * The version of each package of others that the published ones need, theirs included: what the tests have run with. A
 * package that goes to other machines whole takes these, and not whatever is the newest that fits on the day it is built.
 */
export function lockedVersions({ packages }: Lockfile): Readonly<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const [path, { version, dev, link }] of Object.entries(packages)) {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1]
    if (name === undefined || version === undefined || dev === true || link === true) continue
    const other = versions[name]
    if (other !== undefined && other !== version)
      throw new Error(`package-lock.json has ${name} as ${other} and as ${version}: npm dedupe, or pin one of them`)
    versions[name] = version
  }
  return versions
}
