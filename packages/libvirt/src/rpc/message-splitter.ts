import { Buffer } from 'node:buffer'
import { LibvirtClientError } from '../errors.ts'
import { headerBytes, maxMessageBytes } from './message.ts'

/**
 * Cuts a byte stream into whole messages, however it was chunked. Bytes are copied only when a message spans chunks, and a
 * length is judged before anything is kept for it.
 */
export class MessageSplitter {
  #chunks: Buffer[] = []
  #buffered = 0

  /** Bytes held for a message that is not complete yet. */
  get buffered(): number {
    return this.#buffered
  }

  /** All messages that `chunk` completes, each with its length word. Throws LIBVIRT_BAD_BYTES on an impossible length. */
  push(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = []
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    while (this.#buffered >= 4) {
      const length = this.#front(4).readUInt32BE(0)
      if (length < headerBytes || length > maxMessageBytes) {
        throw new LibvirtClientError(
          'LIBVIRT_BAD_BYTES',
          `a message of ${length} bytes; libvirt's have ${headerBytes} to ${maxMessageBytes}`,
        )
      }
      if (this.#buffered < length) break
      messages.push(this.#front(length).subarray(0, length))
      this.#drop(length)
    }
    return messages
  }

  // Makes the first `size` bytes lie in one chunk; called at most twice a message, so a slow sender costs no repeated copying.
  #front(size: number): Buffer {
    const first = this.#chunks[0]
    if (first !== undefined && first.length >= size) return first
    let count = 0
    for (let gathered = 0; gathered < size; count++) gathered += this.#chunks[count]?.length ?? size
    const joined = Buffer.concat(this.#chunks.slice(0, count))
    this.#chunks.splice(0, count, joined)
    return joined
  }

  #drop(size: number): void {
    const first = this.#chunks[0]
    if (first === undefined) return
    this.#buffered -= size
    if (first.length === size) this.#chunks.shift()
    else this.#chunks[0] = first.subarray(size)
  }
}
