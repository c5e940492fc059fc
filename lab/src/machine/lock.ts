import { connect, createServer } from 'node:net'
import type { Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { LabError } from '../errors.ts'

export interface LockOptions {
  /** How long to wait for the holder to let go; 0 unless told. */
  readonly waitMs?: number
  readonly signal?: AbortSignal | undefined
  /** Called once, when there is something to wait for. */
  readonly onWait?: (holder: string) => void
}

/** Does `work` while holding the lock. */
export async function withLock<T>(name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(name, options)
  try {
    return await work()
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}

/**
 * A lock among the processes of this machine: an abstract Unix socket. The kernel takes it away with its process,
 * so no stale lock can remain, and it leaves no file. Rejects with `lab-busy`, which names the holder.
 */
export async function acquireLock(name: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  const path = `\0landfall:${name}`
  const startedAt = performance.now()
  let told = false
  for (;;) {
    const server = await listen(path)
    if (server !== null) {
      return {
        [Symbol.asyncDispose]: () =>
          new Promise((resolve) => {
            server.close(() => resolve())
          }),
      }
    }
    const holder = await askHolder(path)
    if (!told && holder !== null) {
      told = true
      options.onWait?.(holder)
    }
    if (options.signal?.aborted) throw new LabError('aborted', `stopped on request while waiting for ${name}`)
    if (performance.now() - startedAt >= (options.waitMs ?? 0))
      throw new LabError('lab-busy', `${name} is in use by ${holder ?? 'another process'}; try again when it is done`)
    await delay(50)
  }
}

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end(`process ${process.pid}`)
    })
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen(path, () => {
      server.unref()
      resolve(server)
    })
  })
}

function askHolder(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(path)
    socket.setTimeout(500, () => socket.destroy())
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer === '' ? null : answer))
  })
}
