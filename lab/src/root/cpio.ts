/** One entry of an archive; the kernel unpacks them in order, so a folder goes before what is in it. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly content: Uint8Array; readonly executable?: boolean }
  | { readonly kind: 'device'; readonly path: string; readonly major: number; readonly minor: number }

const modes = { folder: 0o040755, file: 0o100644, device: 0o020600 }

/** An uncompressed archive in cpio's `newc` format, as the kernel takes an initramfs (initramfs-buffer-format.rst). */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = []
  const add = (inode: number, path: string, mode: number, content: Uint8Array, major = 0, minor = 0): void => {
    const name = Buffer.from(`${path}\0`)
    const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0]
    const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
    parts.push(header, name, padding(header.length + name.length), Buffer.from(content), padding(content.length))
  }
  entries.forEach((entry, index) => {
    const mode = entry.kind === 'file' && entry.executable ? 0o100755 : modes[entry.kind]
    const content = entry.kind === 'file' ? entry.content : new Uint8Array()
    if (entry.kind === 'device') add(index + 1, entry.path, mode, content, entry.major, entry.minor)
    else add(index + 1, entry.path, mode, content)
  })
  add(0, 'TRAILER!!!', 0, new Uint8Array())
  return Buffer.concat(parts)
}

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4)
