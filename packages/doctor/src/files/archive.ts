import { spawnSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { readZip, ZipError } from './zip-reader.ts'

/** An archive of hosts' files, as support tools make it (sosreport, must-gather), by its name. */
export const isArchive = (path: string): boolean => /\.(?:tar(?:\.(?:gz|xz|bz2|zst))?|tgz|txz|tbz2?|zip)$/i.test(path)

/** What of an archive is of nova: nothing else of it is unpacked. */
const members = [
  '*/etc/nova/*',
  '*/etc/kolla/nova-compute/*',
  '*/config-data/puppet-generated/nova_libvirt/etc/nova/*',
  '*/opt/pf9/etc/nova/*',
  '*nova-compute*',
  '*nova_compute*',
  '*ostackhost*',
  '*nova-conductor*',
  '*nova-scheduler*',
  '*/etc/hostname',
  '*/hostname',
  '*nova*.conf',
] as const
const wanted = members.map((glob) => new RegExp(`^${glob.replaceAll(/[.+]/g, String.raw`\$&`).replaceAll('*', '.*')}$`))
/** Whether an archive's member is unpacked: a path below a host's root. */
export const isOfNova = (path: string): boolean => wanted.some((pattern) => pattern.test(`/${path}`))
/** Larger members of a zip are told and left out. */
const mostMemberBytes = 2 ** 31 - 1

export interface Unpacked {
  /** Folder of this machine; gone when the program ends. */
  readonly folder: string
  /** Every file in it, as a path below it. */
  readonly files: readonly string[]
  /** Why not all of it could be had; null where it could. */
  readonly broken: string | null
}

/** Unpacks what is of nova into a folder of its own. Links are not followed out of it, and do not stay. */
export function unpack(path: string): Unpacked {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-archive-')))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const broken = /\.zip$/i.test(path) ? unzip(path, folder) : untar(path, folder)
  const files = filesBelow(folder, '')
  return { folder, files, broken }
}

function untar(path: string, folder: string): string | null {
  const words = ['-x', '-f', resolve(path), '-C', folder, '--no-same-owner', '--no-same-permissions', '--wildcards']
  const { status, error, stderr } = spawnSync('tar', [...words, ...members], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (error !== undefined) return `tar cannot be started: ${error.message}`
  const complaints = stderr.split('\n').filter((line) => line !== '' && !harmless.test(line))
  return status === 0 || complaints.length === 0 ? null : (complaints[0] ?? null)
}

/** A pattern that nothing fits is no fault of the archive. */
const harmless =
  /Not found in archive|Exiting with failure status|Removing leading|Cannot mknod|time stamp .* in the future/

function unzip(path: string, folder: string): string | null {
  try {
    for (const { name, bytes, read } of readZip(path)) {
      if (name.endsWith('/') || !isOfNova(name)) continue
      const target = join(folder, name)
      if (!target.startsWith(`${folder}/`)) return `${name} would lie outside of it`
      if (bytes > mostMemberBytes) return `${name} is too large`
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, read(), { mode: 0o600 })
    }
    return null
  } catch (error) {
    if (error instanceof ZipError || (error instanceof Error && 'code' in error)) return error.message
    throw error
  }
}

function filesBelow(folder: string, below: string): string[] {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`
    const stats = lstatSync(join(folder, path))
    if (stats.isDirectory()) return filesBelow(folder, path)
    if (stats.isFile()) return [path]
    if (stats.isSymbolicLink() && leadsOut(folder, join(folder, path))) rmSync(join(folder, path))
    return []
  })
}

function leadsOut(folder: string, link: string): boolean {
  try {
    return !realpathSync(link).startsWith(`${folder}/`)
  } catch {
    return true
  }
}

/** What a collected host is called: by the file of its name, else by the tool's name for the folder; null for neither. */
export function hostOfRoot(folder: string, root: string): string | null {
  for (const file of ['etc/hostname', 'hostname', 'sos_commands/host/hostname']) {
    try {
      const name = readFileSync(join(folder, root, file), 'utf8').trim()
      if (/^[A-Za-z0-9][\w.-]{0,252}$/.test(name)) return name
    } catch {
      // The next one may be there.
    }
  }
  return /^sosreport-([\w.-]+?)(?:-\d{4,}.*)?$/.exec(basename(root))?.[1] ?? null
}
