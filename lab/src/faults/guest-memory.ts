import { open, readFile, readdir } from 'node:fs/promises'

import { virsh } from './host-control.ts'

const pageBytes = 4096

/** A guest's memory as its QEMU has it, from a guest physical address on: what a fault of the host would change. */
export interface GuestMemory extends AsyncDisposable {
  readonly read: (bytes: number) => Promise<Buffer>
  readonly write: (at: number, bytes: Buffer) => Promise<void>
}

export interface GuestPlace {
  readonly lab: string
  readonly host: string
  readonly guest: string
}

export async function guestMemory(place: GuestPlace, fromAddress: number): Promise<GuestMemory> {
  const { lab, host, guest } = place
  const question = ['qemu-monitor-command', '--hmp', guest, `gpa2hva 0x${fromAddress.toString(16)}`]
  const address = Number(/is (0x[0-9a-f]+)/.exec(await virsh(lab, host, question))?.[1])
  const file = await open(`/proc/${await qemuOf(place)}/mem`, 'r+')
  return {
    read: async (count) => {
      const bytes = Buffer.alloc(count)
      await file.read(bytes, 0, count, address)
      return bytes
    },
    write: async (at, bytes) => {
      await file.write(bytes, 0, bytes.length, address + at)
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Where pages begin that the guest rewrites: their last word is their first one inverted. */
export function rewrittenPages(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / pageBytes }, (_, i) => i * pageBytes).filter((at) => {
    const first = bytes.readBigUInt64LE(at)
    return first !== 0n && BigInt.asUintN(64, ~first) === bytes.readBigUInt64LE(at + pageBytes - 8)
  })
}

/** The machine's pid of a guest's QEMU, wherever it runs. */
async function qemuOf({ lab, guest }: GuestPlace): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(`guest=${guest},`) && line.includes(`${lab}/`)) return Number(entry)
  }
  throw new Error(`no QEMU runs "${guest}"`)
}
