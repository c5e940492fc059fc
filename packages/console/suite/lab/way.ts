import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createConnection, createServer } from 'node:net'

/** A browser's way to a service, which can be cut while the service itself goes on. */
export class Way {
  readonly #to: number
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #port = 0

  constructor(url: string) {
    this.#to = Number(new URL(url).port)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async open(): Promise<void> {
    const server = createServer((near) => {
      const far = createConnection(this.#to, '127.0.0.1')
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket)
        socket.pipe(other)
        socket.on('error', () => other.destroy())
        socket.on('close', () => other.destroy())
      }
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    // It listens on TCP.
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  cut(): void {
    this.#server?.close()
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }
}
