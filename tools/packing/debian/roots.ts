import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../places.ts'
import type { Ran } from '../suite/workshop.ts'
import { run } from '../suite/workshop.ts'

const folder = join(repository, 'dist/roots')

/** What a test begins with: what every Debian 13 has and nothing else, or with what packages are checked with. */
const recipes = { bare: [], checkers: ['lintian', 'systemd', 'man-db', 'zsh', 'fish'] } as const satisfies Readonly<
  Record<string, readonly string[]>
>

const archive = (recipe: keyof typeof recipes): string => join(folder, `debian-13-${recipe}.tar`)

/** Why no root can be made on this machine; null where it can. */
export function obstacleToRoots(): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'needs root'
  const mmdebstrap = ['/usr/bin/mmdebstrap', '/usr/local/bin/mmdebstrap'].some(existsSync)
  return mmdebstrap ? null : 'needs mmdebstrap'
}

/** Makes the archives of the roots, once; needs a Debian mirror then. */
export async function makeRoots(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [recipe, packages] of Object.entries(recipes) as [keyof typeof recipes, readonly string[]][]) {
    if (existsSync(archive(recipe))) continue
    const making = `${archive(recipe)}.making.tar`
    const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`]
    // A mirror frozen at some day serves as well as any: signatures are checked, their age is not.
    const apt = ['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Languages "none"']
    await run('mmdebstrap', ['--quiet', '--mode=root', '--variant=minbase', ...apt, ...include, 'trixie', making])
    renameSync(making, archive(recipe))
  }
}

/** A Debian 13 of its own: a folder that goes with it. */
export class DebianRoot implements Disposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async unpack(recipe: keyof typeof recipes): Promise<DebianRoot> {
    const path = mkdtempSync(join(tmpdir(), 'landfall-debian-'))
    await run('tar', ['--extract', '--file', archive(recipe), '--directory', path, '--numeric-owner'])
    await run('cp', ['/etc/resolv.conf', join(path, 'etc/resolv.conf')])
    return new DebianRoot(path)
  }

  /** Runs a line of shell in it. Its mounts and processes are gone when the line is done. */
  async sh(line: string, { mayFail = false }: { readonly mayFail?: boolean } = {}): Promise<Ran> {
    const within = `mount -t proc proc "$1/proc" && exec chroot "$1" sh -c "$2"`
    const words = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', within, 'sh', this.path, line]
    const environment = { DEBIAN_FRONTEND: 'noninteractive', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' }
    return run('unshare', words, { environment, mayFail })
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
