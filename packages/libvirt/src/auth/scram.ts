import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Credentials } from './credentials.ts'
import { authFailed } from './credentials.ts'

// RFC 5802 and 7677: SCRAM-SHA-256 without channel binding.

const derive = promisify(pbkdf2)

/** Fewer are not allowed by RFC 7677; more would only keep this side busy. */
const iterations = { min: 4096, max: 10_000_000 }

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** The client's side of one authentication. */
export class Scram {
  readonly #password: string
  readonly #nonce: string
  readonly #firstBare: string
  #expectedSignature: Buffer | undefined

  /** @param nonce Printable, without commas, never used before. */
  constructor({ username, password }: Credentials, nonce: string) {
    this.#password = password.normalize('NFKC')
    this.#nonce = nonce
    const name = username.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C')
    this.#firstBare = `n=${name},r=${nonce}`
  }

  first(): string {
    return `n,,${this.#firstBare}`
  }

  /** What to answer to the server's first message. Throws LIBVIRT_AUTH_FAILED. */
  async final(serverFirst: string): Promise<string> {
    const [, nonce = '', salt = '', count = ''] = /^r=([^,]+),s=([^,]+),i=(\d{1,9})(?:,|$)/.exec(serverFirst) ?? []
    const rounds = Number(count)
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce) throw authFailed('the server took another nonce')
    if (rounds < iterations.min || rounds > iterations.max) throw authFailed(`the server wants ${rounds} iterations`)
    const salted = await derive(this.#password, Buffer.from(salt, 'base64'), rounds, 32, 'sha256')
    const clientKey = hmac(salted, 'Client Key')
    const withoutProof = `c=biws,r=${nonce}`
    const message = `${this.#firstBare},${serverFirst},${withoutProof}`
    const signature = hmac(hash(clientKey), message)
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
    this.#expectedSignature = hmac(hmac(salted, 'Server Key'), message)
    return `${withoutProof},p=${proof.toString('base64')}`
  }

  /** Whether the server knows the password too. Throws LIBVIRT_AUTH_FAILED. */
  verify(serverFinal: string): void {
    const [, given = ''] = /^v=([^,]+)/.exec(serverFinal) ?? []
    const signature = Buffer.from(given, 'base64')
    const expected = this.#expectedSignature
    if (expected?.length !== signature.length || !timingSafeEqual(expected, signature)) {
      throw authFailed('the server could not prove that it knows the password')
    }
  }
}
