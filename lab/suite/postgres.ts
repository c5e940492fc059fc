// PostgreSQL for the tests of the store on it: Debian's package, installed where it is missing. They start it themselves.
import { existsSync, readdirSync } from 'node:fs'
import { installPackages } from '../src/machine/machine-packages.ts'

const versions = '/usr/lib/postgresql'

export default async function install(): Promise<void> {
  const isThere =
    existsSync(versions) && readdirSync(versions).some((one) => existsSync(`${versions}/${one}/bin/initdb`))
  if (isThere) return
  say('installing Debian packages: postgresql')
  await installPackages(['postgresql'], { progress: say, signal: undefined })
}

function say(line: string): void {
  console.error(`  ${line}`)
}
