import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hub } from '../guests/volumes.ts'
import { runInside } from '../hosts/virsh.ts'
import { cacheDirectory, labPaths } from '../paths.ts'
import type { LabState } from '../state.ts'

/** What a control plane has before the first host: databases, Keystone's keys. Names no address. */
const folders = [
  'var/lib/mysql',
  'etc/keystone/fernet',
  'etc/keystone/fernet-keys',
  'etc/keystone/cred',
  'var/lib/glance',
]
const programs = ['schema.sh', 'catalogue.py']

/** Names what was prepared by this root and these programs, and nothing else. */
export async function preparedKey(rootId: string): Promise<string> {
  const hash = createHash('sha256').update(`prepared=1 ${rootId} ${folders.join(' ')}`)
  for (const name of programs) hash.update(await readFile(new URL(`../../nova/${name}`, import.meta.url)))
  return `${rootId}-${hash.digest('hex').slice(0, 12)}`
}

const fileOf = (key: string): string => join(cacheDirectory(), 'nova', `${key}.tar`)

/** Where the hub reads and writes it: this folder lies at the same path in the hub. */
const passing = (state: LabState): string => join(labPaths(state.name).volumes, 'prepared.tar')

/** Unpacks it in the hub; false where it was never kept. */
export async function unpackPrepared(state: LabState, key: string): Promise<boolean> {
  if (!existsSync(fileOf(key))) return false
  await copyFile(fileOf(key), passing(state))
  await runInside(hub(state), ['tar', '-C', '/', '-x', '-f', passing(state)])
  await rm(passing(state))
  return true
}

/** Keeps it for laboratories to come. Nothing in the hub may use it meanwhile. */
export async function keepPrepared(state: LabState, key: string): Promise<void> {
  const file = fileOf(key)
  await runInside(hub(state), ['tar', '-C', '/', '-c', '-f', passing(state), ...folders], { deadlineMs: 300_000 })
  await mkdir(dirname(file), { recursive: true })
  // Written beside it first: another laboratory may be reading.
  const written = `${file}.${process.pid}`
  await copyFile(passing(state), written)
  await rename(written, file)
  await rm(passing(state))
}
