// Prometheus and promtool for the tests of what is monitored: Debian's package, installed where it is missing.
import { existsSync } from 'node:fs'
import { installPackages } from '../../../src/machine/machine-packages.ts'

export default async function install(): Promise<void> {
  if (existsSync('/usr/bin/prometheus') && existsSync('/usr/bin/promtool')) return
  say('installing Debian packages: prometheus')
  await installPackages(['prometheus'], { progress: say, signal: undefined })
}

function say(line: string): void {
  console.error(`  ${line}`)
}
