import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A port of this machine that is free now, and is not given to outgoing connections by chance. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on TCP.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
