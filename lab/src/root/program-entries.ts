import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { CpioEntry } from './cpio.ts'
import { LabError } from '../errors.ts'
import { run } from '../machine/run.ts'

const loaders = ['usr/lib64/ld-linux-x86-64.so.2', 'lib64/ld-linux-x86-64.so.2']
/** memcached and PostgreSQL ask for the user that they are to run as. */
const passwd = 'root:x:0:0:root:/:/\nnobody:x:65534:65534:nobody:/:/\n'
const users: readonly CpioEntry[] = [
  { kind: 'folder', path: 'etc' },
  { kind: 'file', path: 'etc/passwd', content: Buffer.from(passwd) },
]

/** A program with its loader and libraries, all in one folder of the guest: `programs/ld.so --library-path programs/lib PROGRAM`. */
export async function entriesOf(binary: string, unpacked: string): Promise<readonly CpioEntry[]> {
  const loader = await loaderOf(unpacked)
  const from = (path: string): Promise<Buffer> => readFile(join(unpacked, path))
  const entries: CpioEntry[] = [
    ...users,
    { kind: 'folder', path: 'programs' },
    { kind: 'folder', path: 'programs/lib' },
    { kind: 'file', path: 'programs/ld.so', content: await from(loader), executable: true },
    { kind: 'file', path: `programs/${basename(binary)}`, content: await from(binary), executable: true },
  ]
  for (const path of await librariesNeeded(unpacked, loader, binary))
    entries.push({ kind: 'file', path: `programs/lib/${basename(path)}`, content: await from(path) })
  return entries
}

/** As another user in the unpacked release: PostgreSQL refuses to be root. */
const makeCluster = `set -e
for device in null:3 zero:5 urandom:9; do
  test -e "$1/dev/\${device%:*}" || mknod -m 666 "$1/dev/\${device%:*}" c 1 "\${device#*:}"
done
mkdir -p "$1/tmp" "$1/dev/shm" && chmod 1777 "$1/tmp" "$1/dev/shm"
mkdir -p "$1/programs" && chown 65534:65534 "$1/programs"
chroot --userspec=65534:65534 "$1" "$2" -D /programs/data -U postgres --auth=trust --locale=C --encoding=SQL_ASCII --wal-segsize=1 --no-sync
# There are no zones in a guest but this one.
printf "timezone = 'GMT'\\nlog_timezone = 'GMT'\\n" >> "$1/programs/data/postgresql.conf"`

/** PostgreSQL where Debian has it, since it looks for what belongs to it beside itself, and an empty cluster in `programs/data`. */
export async function postgresEntries(unpacked: string): Promise<readonly CpioEntry[]> {
  const loader = await loaderOf(unpacked)
  const [version] = await readdir(join(unpacked, 'usr/lib/postgresql'))
  if (version === undefined) throw new LabError('root-not-built', `${unpacked} has no PostgreSQL`)
  const bin = `usr/lib/postgresql/${version}/bin`
  await mkdir(join(unpacked, 'etc'), { recursive: true })
  await writeFile(join(unpacked, 'etc/passwd'), passwd)
  const script = ['sh', '-c', makeCluster, 'sh', unpacked, `/${bin}/initdb`]
  await run(script, { deadlineMs: 300_000, environment: { LC_ALL: 'C' } })
  const programs = [`${bin}/postgres`]
  const libraries = await librariesNeeded(unpacked, loader, `${bin}/postgres`)
  const share = `usr/share/postgresql/${version}/timezonesets`
  const data = await filesBelow(unpacked, 'programs/data')
  const files = [...libraries.map((path) => path.slice(1)), ...(await filesBelow(unpacked, share)).files, ...data.files]
  const folders = new Set([...programs, 'lib64/ld', ...files].flatMap(foldersOf))
  // It looks for its modules there, and needs none.
  for (const folder of [...data.folders, `usr/lib/postgresql/${version}/lib`]) folders.add(folder)
  return [
    ...users,
    ...[...folders].toSorted().map((path): CpioEntry => ({ kind: 'folder', path })),
    {
      kind: 'file',
      path: 'lib64/ld-linux-x86-64.so.2',
      content: await readFile(join(unpacked, loader)),
      executable: true,
    },
    ...(await Promise.all(programs.map((path) => fileAt(unpacked, path, true)))),
    ...(await Promise.all(files.map((path) => fileAt(unpacked, path, false)))),
  ]
}

const fileAt = async (unpacked: string, path: string, executable: boolean): Promise<CpioEntry> => ({
  kind: 'file',
  path,
  content: await readFile(join(unpacked, path)),
  executable,
})

/** `usr/lib/x` is below `usr` and `usr/lib`. */
function foldersOf(path: string): readonly string[] {
  const parts = dirname(path).split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

async function filesBelow(
  unpacked: string,
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const entries = await readdir(join(unpacked, folder), { recursive: true, withFileTypes: true })
  const pathOf = (entry: (typeof entries)[number]): string =>
    join(entry.parentPath, entry.name).slice(unpacked.length + 1)
  return {
    files: entries.filter((entry) => entry.isFile()).map(pathOf),
    folders: [folder, ...entries.filter((entry) => entry.isDirectory()).map(pathOf)],
  }
}

/** The loader itself names what it would load; nothing of the program runs. */
async function librariesNeeded(unpacked: string, loader: string, binary: string): Promise<readonly string[]> {
  return librariesOf(await run(['chroot', unpacked, `/${loader}`, '--list', `/${binary}`]))
}

/** The files behind the arrows of `ld.so --list`. */
export function librariesOf(listed: string): readonly string[] {
  return [...listed.matchAll(/=> (\/\S+) \(0x/g)].flatMap(([, path]) => path ?? [])
}

async function loaderOf(unpacked: string): Promise<string> {
  for (const path of loaders) {
    const there = await stat(join(unpacked, path)).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  throw new LabError('root-not-built', `${unpacked} has none of ${loaders.join(', ')}`)
}
