import { createHash } from 'node:crypto'

import { LabError } from './errors.ts'

const namePattern = /^[a-z][a-z0-9-]*$/
/** With the longest directory, a guest's sockets still fit a Unix socket's path. */
const longestName = 24

/** Refuses a name that could not be a directory, a host name and a domain name at once. */
export function checkName(what: string, name: string): void {
  if (namePattern.test(name) && name.length <= longestName) return
  const rule = `use a-z, 0-9 and "-", a letter first, at most ${longestName} in all`
  throw new LabError('name-invalid', `"${name}" cannot name a ${what}: ${rule}`)
}

/**
 * A short name for what the kernel keeps in one space for the whole machine (interfaces: 15 characters at most;
 * cgroups). It depends on the directory as well, so that equal names in two state directories do not meet.
 */
export function machineWideName(directory: string): string {
  return `lf${createHash('sha256').update(directory).digest('hex').slice(0, 10)}`
}
