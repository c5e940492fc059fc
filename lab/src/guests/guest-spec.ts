import { LabError } from '../errors.ts'
import type { Accelerator, GuestKind } from './guest-kind.ts'
import type { ProgramRequest, ProgramSpec } from './guest-program.ts'
import { programSpec } from './guest-program.ts'
import { checkName } from '../names.ts'
import { parseBurst, parseSize, parseWriteRate } from '../quantities.ts'
import type { Burst } from '../quantities.ts'

export const patterns = ['uniform', 'hot-cold', 'drift', 'sequential', 'scan', 'phases'] as const
/**
 * Where the guest writes: anywhere alike; four fifths of the writes to one fifth; mostly near a place that walks through the
 * set once a minute; in order; anywhere, reading 49 pages for one that it writes; or anywhere, 5 s on and 5 s off.
 */
export type WritePattern = (typeof patterns)[number]

export const contents = ['random', 'text'] as const
/** What its pages hold: what cannot be compressed, or words that zstd makes a quarter to a third of. */
export type PageContent = (typeof contents)[number]

export const rewrites = ['stamp', 'stamps', 'mixed', 'pages'] as const
/**
 * What of a page a write changes: 16 bytes, 32 bytes in four places, a mixture as of real programs (from nothing to all of
 * it, 37 % on average), or every word. Where only what has changed is sent (XBZRLE) the first two are the best case, and the
 * last gains nothing.
 */
export type PageRewrite = (typeof rewrites)[number]

/** A guest as one asks for it: sizes and rates as text (`600MiB`, `20MiB`, `max`) or as bytes. */
export interface GuestRequest extends ProgramRequest {
  readonly name: string
  /** Which runs fast here unless told: see `chooseGuestKind`. */
  readonly guest?: GuestKind
  /** Host to start it on; host1 unless told. */
  readonly on?: string
  /** 1GiB unless told. */
  readonly memory?: string | number
  /** 1 unless told. */
  readonly vcpus?: number
  /** Memory that is rewritten; 0 for a quiet guest, which is the default. */
  readonly writeSet?: string | number
  /** Bytes of pages touched a second, or `max`, the default. */
  readonly writeRate?: string | number
  /** uniform unless told. */
  readonly pattern?: WritePattern
  /** stamps unless told. */
  readonly rewrite?: PageRewrite
  /** How long it writes and how long it then idles, by turns: `3s/7s`. It always writes unless told. */
  readonly burst?: string
  /** Turns of an empty loop between two writes, for a guest whose rate follows its processor time; 0 unless told. */
  readonly compute?: number
  /** Bytes a second of its memory that it reads through and checks, over and over; 32MiB unless told. The Linux guest has its own. */
  readonly checkRate?: string | number
  /** Bytes a second written to the volume, and as many to a local disk; 1MiB unless told. */
  readonly diskWriteRate?: string | number
  /** 256MiB unless told. */
  readonly volumeSize?: string | number
  /** A second disk: a file of the host that it is started on, which no other host reaches; none unless told. */
  readonly localDisk?: string | number
  /** Whether the rest of the memory is filled too; true unless told. */
  readonly fill?: boolean
  /** random unless told. */
  readonly content?: PageContent
}

/** A guest with everything settled. Sizes in bytes, rates in bytes per second. */
export interface GuestSpec extends ProgramSpec {
  readonly name: string
  readonly host: string
  readonly memoryBytes: number
  readonly vcpus: number
  readonly writeSetBytes: number
  /** null: as fast as it can. */
  readonly writeRateBytesPerSecond: number | null
  readonly pattern: WritePattern
  readonly rewrite: PageRewrite
  /** null: it always writes. */
  readonly burst: Burst | null
  readonly compute: number
  readonly checkRateBytesPerSecond: number
  readonly diskWriteRateBytesPerSecond: number
  readonly volumeBytes: number
  /** 0: no local disk. */
  readonly localDiskBytes: number
  readonly fill: boolean
  readonly content: PageContent
}

/** A guest of a laboratory. `host` is where it was started; a migration moves it without this record knowing. */
export interface GuestState extends GuestSpec {
  readonly guest: GuestKind
  readonly accelerator: Accelerator
  readonly uuid: string
  /** Empty for an instance that has none. */
  readonly volume: string
  /** A server of Nova's; absent in a state of before there were any. */
  readonly isInstance?: boolean
  readonly progressFile: string
  readonly consoleFile: string
}

const mebi = 1024 ** 2
/**
 * What a guest keeps for itself, and the least that it runs with; the Linux guest's measured with Debian's 6.12 cloud kernel.
 * A guest of which only the laboratory knows the kind has to do as either.
 */
const needs = {
  rom: { reservedBytes: 18 * mebi, leastBytes: 64 * mebi },
  linux: { reservedBytes: 112 * mebi, leastBytes: 192 * mebi },
} as const satisfies Record<GuestKind, unknown>
const phases: Burst = { writeMs: 5000, idleMs: 5000 }

export function guestSpec(request: GuestRequest): GuestSpec {
  checkName('guest', request.name)
  const memoryBytes = parseSize(request.memory ?? '1GiB')
  const writeSetBytes = parseSize(request.writeSet ?? 0)
  const vcpus = request.vcpus ?? 1
  const compute = request.compute ?? 0
  const pattern = request.pattern ?? 'uniform'
  if (!patterns.includes(pattern))
    throw new LabError('quantity-invalid', `"${pattern}" is no pattern; take one of ${patterns.join(', ')}`)
  const rewrite = request.rewrite ?? 'stamps'
  if (!rewrites.includes(rewrite))
    throw new LabError('quantity-invalid', `"${rewrite}" cannot be rewritten; take one of ${rewrites.join(', ')}`)
  const content = request.content ?? 'random'
  if (!contents.includes(content))
    throw new LabError('quantity-invalid', `"${content}" is no content; take one of ${contents.join(', ')}`)
  if (!Number.isInteger(vcpus) || vcpus < 1 || vcpus > 16)
    throw new LabError('quantity-invalid', `${vcpus} vCPUs are not possible; take 1 to 16`)
  if (!Number.isSafeInteger(compute) || compute < 0)
    throw new LabError('quantity-invalid', `${compute} turns of computing are not possible; take 0 or more`)
  if (pattern === 'phases' && request.burst !== undefined)
    throw new LabError('quantity-invalid', `the pattern phases is a burst of 5s/5s; leave one of the two out`)
  const { reservedBytes, leastBytes } = needs[request.guest ?? 'linux']
  if (memoryBytes < leastBytes || memoryBytes % mebi !== 0)
    throw new LabError(
      'quantity-invalid',
      `${request.memory} of memory: take whole MiB, at least ${leastBytes / mebi}MiB`,
    )
  if (writeSetBytes > memoryBytes - reservedBytes)
    throw new LabError(
      'quantity-invalid',
      `a write set of ${request.writeSet} leaves the guest less than ${reservedBytes / mebi}MiB for itself`,
    )
  return {
    name: request.name,
    host: request.on ?? 'host1',
    memoryBytes,
    vcpus,
    writeSetBytes,
    writeRateBytesPerSecond: parseWriteRate(request.writeRate ?? 'max'),
    pattern,
    rewrite,
    burst: pattern === 'phases' ? phases : request.burst === undefined ? null : parseBurst(request.burst),
    compute,
    checkRateBytesPerSecond: parseSize(String(request.checkRate ?? '32MiB').replace(/\/s$/, '')),
    diskWriteRateBytesPerSecond: parseSize(String(request.diskWriteRate ?? '1MiB').replace(/\/s$/, '')),
    volumeBytes: parseSize(request.volumeSize ?? '256MiB'),
    ...programSpec(request, memoryBytes - reservedBytes),
    localDiskBytes: parseSize(request.localDisk ?? 0),
    fill: request.fill ?? true,
    content,
  }
}
