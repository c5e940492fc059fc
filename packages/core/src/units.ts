import { InputError } from './errors/errors.ts'

/**
 * Flavoured numbers: a plain number is accepted where a unit is wanted, but one unit is not accepted for another.
 * Arithmetic gives plain numbers back, so formulas need no casts.
 */
export type Bytes = number & { readonly unit?: 'bytes' }
export type BytesPerSecond = number & { readonly unit?: 'bytes-per-second' }
export type Milliseconds = number & { readonly unit?: 'milliseconds' }
export type Percent = number & { readonly unit?: 'percent' }

export const KiB = 1024
export const MiB = 1024 ** 2
export const GiB = 1024 ** 3
export const TiB = 1024 ** 4

const binary: Record<string, number> = { '': 1, k: KiB, m: MiB, g: GiB, t: TiB }
const decimal: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }
const durationUnits: Record<string, number> = { ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3600e3, d: 86_400e3 }

const scale = (table: Record<string, number>, prefix: string | undefined): number =>
  table[(prefix ?? '').toLowerCase()] ?? 1

/** `600MiB`, `1.5 GiB`, `2GB` (decimal), `4G` (binary, as QEMU reads it), `1048576` (bytes). Throws `bad-size`. */
export function parseSize(text: string): Bytes {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(i?)(b?))$/i.exec(text.trim())
  if (!match)
    throw new InputError('bad-size', `"${text}" is not a size: write a number and a unit, such as 600MiB, 1GiB or 2GB`)
  const [, number, prefix, binaryMark, byteMark] = match
  const isDecimal = binaryMark === '' && byteMark !== '' && prefix !== ''
  return Math.round(Number(number) * scale(isDecimal ? decimal : binary, prefix))
}

/** `800Mbit/s`, `800Mbit`, `10Gbps`, `91MiB/s`, `100MB/s`. Bits are decimal. Throws `bad-rate`. */
export function parseRate(text: string): BytesPerSecond {
  const trimmed = text.trim()
  const bits = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:bit(?:\/s|ps)?|bps)$/i.exec(trimmed)
  const bytes = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b(?:ytes?)?\/s$/i.exec(trimmed)
  let rate = Number.NaN
  if (bits) rate = (Number(bits[1]) * scale(decimal, bits[2])) / 8
  else if (bytes) rate = Number(bytes[1]) * scale(bytes[3] === '' ? decimal : binary, bytes[2])
  if (!(rate > 0)) {
    throw new InputError('bad-rate', `"${text}" is not a rate: write 800Mbit/s, 10Gbit/s or 91MiB/s, more than zero`)
  }
  return Math.round(rate)
}

/** `300ms`, `2s`, `1.5s`, `5m`, `1h30m`, `1 min 30 s`. Throws `bad-duration`. */
export function parseDuration(text: string): Milliseconds {
  const part = /\s*(\d+(?:\.\d+)?)\s*(ms|min|s|m|h|d)/giy
  const trimmed = text.trim()
  let total = 0
  let read = 0
  for (let match = part.exec(trimmed); match; match = part.exec(trimmed)) {
    total += Number(match[1]) * scale(durationUnits, match[2])
    read = part.lastIndex
  }
  if (trimmed === '' || read !== trimmed.length) {
    throw new InputError('bad-duration', `"${text}" is not a duration: write 300ms, 2s, 5m or 1h30m`)
  }
  return Math.round(total)
}

/** `80`, `80%`, `12.5 %`: from 0 to 100. Throws `bad-percent`. */
export function parsePercent(text: string): Percent {
  const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())
  const value = match ? Number(match[1]) : Number.NaN
  if (!(value <= 100))
    throw new InputError(
      'bad-percent',
      `"${text}" is not a percentage: write a number from 0 to 100, such as 80 or 80%`,
    )
  return value
}

/** Three significant digits at most, without trailing zeros. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return '∞'
  const places = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return String(Number(value.toFixed(places)))
}

const byteSteps = [
  { from: TiB, name: 'TiB' },
  { from: GiB, name: 'GiB' },
  { from: MiB, name: 'MiB' },
  { from: KiB, name: 'KiB' },
]

/** `1.6 GiB`, `600 MiB`, `12 B`. */
export function formatBytes(bytes: Bytes): string {
  const step = byteSteps.find(({ from }) => bytes >= from)
  return step ? `${digits(bytes / step.from)} ${step.name}` : `${digits(bytes)} B`
}

/** `91 MiB/s`. */
export function formatRate(rate: BytesPerSecond): string {
  return `${formatBytes(Number(rate))}/s`
}

/** `80 %`. */
export function formatPercent(percent: Percent): string {
  return `${digits(percent)} %`
}

/** `300 ms`, `6.7 s`, `2 min 5 s`, `1 h 30 min`. {@link parseDuration} reads it back. */
export function formatDuration(duration: Milliseconds): string {
  if (!Number.isFinite(duration)) return '∞'
  if (duration < 999.5) return `${Math.round(duration)} ms`
  if (duration < 59_950) return `${Number((duration / 1000).toFixed(1))} s`
  const seconds = Math.round(duration / 1000)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = seconds % 60
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`
}

/** A duration and a shorter one in words, to the millisecond where they would read the same. */
export function toldApart(longer: Milliseconds, shorter: Milliseconds): readonly [string, string] {
  const words = [formatDuration(longer), formatDuration(shorter)] as const
  return words[0] === words[1] ? [`${Math.ceil(longer)} ms`, `${Math.floor(shorter)} ms`] : words
}

/** A duration as an option takes it: `300ms`, `7s`, `1m30s`. */
export function durationOption(duration: Milliseconds): string {
  if (duration % 1000 !== 0) return `${Math.ceil(duration)}ms`
  const seconds = duration / 1000
  const minutes = Math.floor(seconds / 60)
  const rest = seconds % 60
  if (minutes === 0) return `${rest}s`
  return rest > 0 ? `${minutes}m${rest}s` : `${minutes}m`
}

/** The next duration a person would choose: up to 1 s in steps of 100 ms, then whole seconds, then 10 s, then minutes. */
export function roundUpDuration(duration: Milliseconds): Milliseconds {
  const step = duration <= 1000 ? 100 : duration <= 30_000 ? 1000 : duration <= 300_000 ? 10_000 : 60_000
  return Math.max(step, Math.ceil(duration / step) * step)
}
