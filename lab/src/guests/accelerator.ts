import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { ArtifactsFolder } from '../root/artifacts.ts'
import { LabError } from '../errors.ts'
import type { Accelerator, Accelerators } from './guest-kind.ts'
import { withLock } from '../machine/lock.ts'
import { kvmWords, machineKvmKind } from '../machine/kvm-kind.ts'
import type { KvmKind } from '../machine/kvm-kind.ts'
import { cacheDirectory } from '../paths.ts'
import { machineBootId } from '../machine/processes.ts'
import { parseProgressLine } from '../records/record-lines.ts'
import type { Counted } from '../records/record-lines.ts'
import type { WorkOptions } from '../root/root.ts'
import { tryRun } from '../machine/run.ts'

export interface AcceleratorVerdict {
  readonly accelerators: Accelerators
  /** null without /dev/kvm. */
  readonly kvm: KvmKind | null
}

interface CachedVerdict extends AcceleratorVerdict {
  readonly machineBootId: string
  readonly artifacts: string
}

/** Where a trial's guest has not said a word by then, it does not run with that accelerator. */
const bootDeadlineMs = 6000
const speedDeadlineMs = 10_000
const speedSpanMs = 400

const enterRoot = `
set -eu
mount --make-rprivate /
mount --bind "$2" "$1/mnt"
mount -t tmpfs tmpfs "$1/tmp"
: >"$1/tmp/kvm"
[ ! -e /dev/kvm ] || mount --bind /dev/kvm "$1/tmp/kvm"
mount -t tmpfs tmpfs "$1/dev"
: >"$1/dev/kvm"
mount --bind "$1/tmp/kvm" "$1/dev/kvm"
: >"$1/dev/null"
mount --bind /dev/null "$1/dev/null"
: >"$1/dev/urandom"
mount --bind /dev/urandom "$1/dev/urandom"
`
const qemu = 'exec chroot "$1" qemu-system-x86_64 -machine q35 -display none -nodefaults -no-reboot'
const linuxTrial = `${enterRoot}${qemu} -accel kvm -cpu kvm64 -m 256 -serial stdio -kernel /mnt/vmlinuz -initrd /mnt/initrd \
  -append 'console=ttyS0 quiet panic=-1 lf.fill=0'`
/** Its progress port is the second one. */
const romTrial = `${enterRoot}${qemu} -accel "$3" -cpu "$4" -m 64 -serial null -serial stdio -bios /mnt/rom.bin \
  -fw_cfg name=opt/landfall/guest,string='lf.set=4096 lf.fill=0'`

/**
 * With what each kind of guest runs. KVM only where it really runs one: /dev/kvm may be there, and a virtual machine be
 * created, where a guest never gets past its firmware, or is interpreted. The verdict holds until the machine's next boot.
 */
export async function chooseAccelerators(
  root: string,
  artifacts: ArtifactsFolder,
  { progress, signal }: WorkOptions,
): Promise<AcceleratorVerdict> {
  if (!existsSync('/dev/kvm')) return { accelerators: { rom: 'tcg', linux: 'tcg' }, kvm: null }
  const file = join(cacheDirectory(), 'accelerators.json')
  const known = async (): Promise<CachedVerdict | null> => {
    const cached = await readVerdict(file)
    return cached?.machineBootId === machineBootId() && cached.artifacts === basename(artifacts) ? cached : null
  }
  // Two that are raised at once would measure each other.
  return withLock('trial of the accelerators', { waitMs: 120_000, signal }, async () => {
    return (await known()) ?? tryThem(root, artifacts, file, { progress, signal })
  })
}

async function tryThem(
  root: string,
  artifacts: ArtifactsFolder,
  file: string,
  { progress, signal }: WorkOptions,
): Promise<AcceleratorVerdict> {
  progress('trying which guests run with KVM here')
  const kvm = machineKvmKind()
  const [kvmSpeed, tcgSpeed] = [
    await romSpeed(root, artifacts, 'kvm', signal),
    await romSpeed(root, artifacts, 'tcg', signal),
  ]
  const rom = kvmSpeed !== null && kvmSpeed > (tcgSpeed ?? 0) ? 'kvm' : 'tcg'
  const linux = (await linuxBootsWithKvm(root, artifacts, signal)) ? 'kvm' : 'tcg'
  progress(
    `${kvmWords(kvm)}: the ROM guest writes ${pagesText(kvmSpeed)} with it, ${pagesText(tcgSpeed)} emulated; ` +
      `Linux ${linux === 'kvm' ? 'boots' : 'does not boot'} with it`,
  )
  const verdict: CachedVerdict = {
    machineBootId: machineBootId(),
    artifacts: basename(artifacts),
    accelerators: { rom, linux },
    kvm,
  }
  await mkdir(cacheDirectory(), { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(verdict, null, 2)}\n`)
  await rename(`${file}.new`, file)
  return verdict
}

const pagesText = (pagesPerSecond: number | null): string =>
  pagesPerSecond === null ? 'nothing' : `${(pagesPerSecond / 1e6).toPrecision(2)} million pages/s`

/**
 * Pages a second that the ROM guest rewrites flat out, in the best interval between two lines, since the machine may be busy;
 * null where it does not run. A KVM that runs it on the processor is tens of times faster than TCG, one that interprets it is
 * hundreds of times slower.
 */
async function romSpeed(
  root: string,
  artifacts: string,
  accelerator: Accelerator,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const samples: Counted[] = []
  await runUntil(
    [romTrial, root, artifacts, accelerator, accelerator === 'kvm' ? 'kvm64' : 'Nehalem'],
    speedDeadlineMs,
    signal,
    (line) => {
      const sample = parseProgressLine(line)
      if (sample === null || sample.pagesWritten === 0) return false
      samples.push(sample)
      return sample.uptimeMs - (samples[0]?.uptimeMs ?? 0) >= speedSpanMs
    },
  )
  const speeds = samples.slice(1).map((sample, i) => speedBetween(samples[i] ?? sample, sample))
  return speeds.length === 0 ? null : Math.max(...speeds)
}

const speedBetween = (one: Counted, next: Counted): number =>
  ((next.pagesWritten - one.pagesWritten) * 1000) / Math.max(1, next.uptimeMs - one.uptimeMs)

async function linuxBootsWithKvm(root: string, artifacts: string, signal: AbortSignal | undefined): Promise<boolean> {
  let booted = false
  await runUntil([linuxTrial, root, artifacts], bootDeadlineMs, signal, (line) => {
    booted ||= line.includes('landfall: the guest runs')
    return booted
  })
  return booted
}

/** Runs a trial until its output is enough, or the deadline has passed: the guest has no end of its own. */
async function runUntil(
  [script = '', ...words]: readonly string[],
  deadlineMs: number,
  signal: AbortSignal | undefined,
  isEnough: (line: string) => boolean,
): Promise<void> {
  const enough = new AbortController()
  try {
    await tryRun(['unshare', '--mount', 'sh', '-c', script, 'sh', ...words], {
      deadlineMs,
      signal: signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]),
      onLine: (line) => {
        if (isEnough(line)) enough.abort()
      },
    })
  } catch (error) {
    if (signal?.aborted || !(error instanceof LabError)) throw error
  }
}

async function readVerdict(file: string): Promise<CachedVerdict | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CachedVerdict
  } catch {
    return null
  }
}
