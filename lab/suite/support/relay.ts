import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLab } from '@landfall/lab'
import { suiteLab } from './suite-lab.ts'

/** The controller's way to one host's daemon, which can be cut while the hosts themselves go on. */
export interface Relay extends Disposable {
  /** The laboratory's hosts, that one by this way. */
  readonly hostsFile: string
  readonly cut: () => void
  readonly mend: () => Promise<void>
}

export async function relayTo(host: string, lab = suiteLab().name): Promise<Relay> {
  const { state, hostsFile } = openLab(lab)
  const daemon = state.hosts.find(({ name }) => name === host)?.unixSocket
  if (daemon === undefined) throw new Error(`there is no host "${host}"`)
  const folder = mkdtempSync(join(tmpdir(), 'landfall-relay-'))
  const path = join(folder, 'sock')
  const file = join(folder, 'hosts.toml')
  writeFileSync(file, readFileSync(hostsFile, 'utf8').replace(daemon, path))
  const sockets = new Set<Socket>()
  let server: Server | null = null

  const cut = (): void => {
    server?.close()
    server = null
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const mend = async (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server = createServer((near) => {
      const far = createConnection({ path: daemon })
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket)
        socket.pipe(other)
        socket.on('error', () => other.destroy())
        socket.on('close', () => other.destroy())
      }
    })
    server.once('error', reject).listen(path, resolve)
    await promise
  }
  await mend()
  return {
    hostsFile: file,
    cut,
    mend,
    [Symbol.dispose]: () => {
      cut()
      rmSync(folder, { recursive: true })
    },
  }
}
