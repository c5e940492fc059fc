import { connect } from 'node:net'
import type { NetConnectOpts, Socket } from 'node:net'

/** A connected socket, or the system's error. Aborting destroys the attempt. */
export const connectSocket = (target: NetConnectOpts, signal: AbortSignal): Promise<Socket> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect(target)
    const onAbort = (): void => {
      socket.destroy()
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      socket.off('connect', onConnect)
    }
    const onError = (error: Error): void => {
      settle()
      reject(error)
    }
    const onConnect = (): void => {
      settle()
      resolve(socket)
    }
    socket.on('error', onError)
    socket.on('connect', onConnect)
  })
