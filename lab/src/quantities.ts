import { LabError } from './errors.ts'

const kibi = 1024
const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  KiB: kibi,
  MiB: kibi ** 2,
  GiB: kibi ** 3,
  TiB: kibi ** 4,
}
const rateUnits: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, Mbit: 1e6, Gbit: 1e9 }

/** Bytes of a size such as `600MiB`; a number is taken as bytes. */
export function parseSize(text: string | number): number {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB|TiB)?$/.exec(String(text).trim())
  const bytes = match === null ? Number.NaN : Number(match[1]) * (sizeUnits[match[2] ?? 'B'] ?? Number.NaN)
  if (!Number.isSafeInteger(Math.round(bytes)))
    throw new LabError('quantity-invalid', `"${text}" is not a size; write it like 600MiB or 1GiB`)
  return Math.round(bytes)
}

/** Bytes per second of a write rate such as `20MiB` or `20MiB/s`; `max` is null: as fast as the guest can. */
export function parseWriteRate(text: string | number): number | null {
  return text === 'max' ? null : parseSize(typeof text === 'string' ? text.replace(/\/s$/, '') : text)
}

/** Bits per second of a link such as `800Mbit` or `2Gbit/s`; `none` is null: the link is not shaped. */
export function parseLinkRate(text: string): number | null {
  if (text === 'none') return null
  const match = /^(\d+(?:\.\d+)?)\s*(bit|kbit|Mbit|Gbit)(?:\/s)?$/.exec(text.trim())
  const bitsPerSecond = match === null ? Number.NaN : Number(match[1]) * (rateUnits[match[2] ?? ''] ?? Number.NaN)
  if (!Number.isSafeInteger(Math.round(bitsPerSecond)) || bitsPerSecond < 1e5)
    throw new LabError('quantity-invalid', `"${text}" is not a link rate; write 800Mbit, 2Gbit or none`)
  return Math.round(bitsPerSecond)
}

/** How long a guest writes, and how long it then idles, again and again. */
export interface Burst {
  readonly writeMs: number
  readonly idleMs: number
}

/** `3s/7s`, `500ms/2s`: writing for the first, idle for the second. */
export function parseBurst(text: string): Burst {
  const match = /^(\d+(?:\.\d+)?)(ms|s)\/(\d+(?:\.\d+)?)(ms|s)$/.exec(text.trim())
  const burst = { writeMs: millisecondsOf(match?.[1], match?.[2]), idleMs: millisecondsOf(match?.[3], match?.[4]) }
  if (!(burst.writeMs >= 10 && burst.idleMs >= 10))
    throw new LabError('quantity-invalid', `"${text}" is not a burst; write it like 3s/7s, each at least 10ms`)
  return burst
}

const millisecondsOf = (figure: string | undefined, unit: string | undefined): number =>
  Math.round(Number(figure) * (unit === 's' ? 1000 : 1))

/** `800Mbit/s`, the spelling of the hosts file. */
export function formatLinkRate(bitsPerSecond: number): string {
  const unit = (['Gbit', 'Mbit', 'kbit'] as const).find((name) => bitsPerSecond % (rateUnits[name] ?? 1) === 0) ?? 'bit'
  return `${bitsPerSecond / (rateUnits[unit] ?? 1)}${unit}/s`
}
