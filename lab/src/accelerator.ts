import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { LabError } from './errors.ts'
import { cacheDirectory } from './paths.ts'
import { machineBootId } from './processes.ts'
import type { WorkOptions } from './root.ts'
import { tryRun } from './run.ts'

export type Accelerator = 'kvm' | 'tcg'

interface CachedVerdict {
  readonly machineBootId: string
  readonly accelerator: Accelerator
}

const bootDeadlineMs = 6000
const trial = `
set -eu
mount --make-rprivate /
mount --bind "$2" "$1/mnt"
mount -t tmpfs tmpfs "$1/tmp"
: >"$1/tmp/kvm"
mount --bind /dev/kvm "$1/tmp/kvm"
mount -t tmpfs tmpfs "$1/dev"
: >"$1/dev/kvm"
mount --bind "$1/tmp/kvm" "$1/dev/kvm"
: >"$1/dev/null"
mount --bind /dev/null "$1/dev/null"
: >"$1/dev/urandom"
mount --bind /dev/urandom "$1/dev/urandom"
exec chroot "$1" qemu-system-x86_64 -accel kvm -machine q35 -cpu kvm64 -m 256 -display none -nodefaults -no-reboot \
  -serial stdio -kernel /mnt/vmlinuz -initrd /mnt/initrd -append 'console=ttyS0 quiet panic=-1 lf.fill=0'
`

/**
 * KVM only where a guest really boots with it: /dev/kvm may be there, and a virtual machine be created, where no guest
 * gets past its firmware. The verdict holds until the machine's next boot.
 */
export async function chooseAccelerator(
  root: string,
  artifacts: string,
  { progress, signal }: WorkOptions,
): Promise<Accelerator> {
  if (!existsSync('/dev/kvm')) return 'tcg'
  const file = join(cacheDirectory(), 'accelerator.json')
  const cached = await readVerdict(file)
  if (cached?.machineBootId === machineBootId()) return cached.accelerator
  progress('trying whether a guest boots with KVM')
  const accelerator = (await bootsWithKvm(root, artifacts, signal)) ? 'kvm' : 'tcg'
  progress(accelerator === 'kvm' ? 'guests run with KVM' : 'no guest boots with KVM here: guests run with TCG')
  const verdict: CachedVerdict = { machineBootId: machineBootId(), accelerator }
  await mkdir(cacheDirectory(), { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(verdict, null, 2)}\n`)
  await rename(`${file}.new`, file)
  return accelerator
}

async function bootsWithKvm(root: string, artifacts: string, signal: AbortSignal | undefined): Promise<boolean> {
  const seen = new AbortController()
  let booted = false
  try {
    await tryRun(['unshare', '--mount', 'sh', '-c', trial, 'sh', root, artifacts], {
      deadlineMs: bootDeadlineMs,
      signal: signal === undefined ? seen.signal : AbortSignal.any([seen.signal, signal]),
      onLine: (line) => {
        if (!line.includes('landfall: the guest runs')) return
        booted = true
        seen.abort()
      },
    })
  } catch (error) {
    // The guest has no end of its own: it is stopped when it has said that it runs, or at the deadline.
    if (signal?.aborted || !(error instanceof LabError)) throw error
  }
  return booted
}

async function readVerdict(file: string): Promise<CachedVerdict | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CachedVerdict
  } catch {
    return null
  }
}
