import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { problemOf } from '@landfall/api'
import { getRequestListener } from '@hono/node-server'
import type { ServerConfig } from '../config/server-config.ts'
import { serverError } from '../errors.ts'

export interface Listening extends AsyncDisposable {
  /** `https://127.0.0.1:8440` */
  readonly url: string
  /** Reads certificate and key again, for connections from now on. @throws LandfallError `bad-config`; the ones before hold then */
  readonly renewTls: () => void
}

/** A client that takes longer to send its headers, or the whole of its request, is slow on purpose. */
export interface SlowestClient {
  readonly headersMs: number
  readonly requestMs: number
  /** How often it is looked for. */
  readonly checkMs: number
}

const slowest: SlowestClient = { headersMs: 10_000, requestMs: 30_000, checkMs: 2000 }

/** @throws LandfallError `bad-config` for a certificate that cannot be used, or an address that is taken */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { listen: address, tls, mostConnections }: Pick<ServerConfig, 'listen' | 'tls' | 'mostConnections'>,
  { headersMs, requestMs, checkMs }: SlowestClient = slowest,
): Promise<Listening> {
  const times = { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs }
  const answer = getRequestListener(fetch, { errorHandler: answerUnread })
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => void answer(incoming, outgoing)
  const secured = tls === null ? null : withTls(tls, (pair) => createTlsServer({ ...times, ...pair }, listener))
  const server = secured ?? createServer(times, listener)
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(address, error)))
    server.listen(address.port, address.host, resolve)
  })
  // It listens on TCP.
  const { address: host, port, family } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    // Streams would hold it open for as long as the migrations that they tell of.
    server.closeAllConnections()
    await closed
  }
  const shown = family === 'IPv6' ? `[${host}]` : host
  const renewTls = (): void => {
    if (tls !== null) withTls(tls, (pair) => secured?.setSecureContext(pair))
  }
  return { url: `${tls === null ? 'http' : 'https'}://${shown}:${port}`, renewTls, [Symbol.asyncDispose]: close }
}

/** What never reached the application: a path that is none, most likely. It answers everything else. */
function answerUnread(error: unknown): Response {
  const unread = serverError('bad-request', 'the address of the request is none', 'See /api/v1/openapi.json', error)
  const headers = { 'content-type': 'application/problem+json' }
  return new Response(JSON.stringify(problemOf(unread)), { status: 400, headers })
}

/** @throws LandfallError `bad-config` where they cannot be read, or TLS does not take them */
function withTls<Made>(
  { certificate, key }: NonNullable<ServerConfig['tls']>,
  use: (pair: { readonly cert: Buffer; readonly key: Buffer }) => Made,
): Made {
  let pair: { readonly cert: Buffer; readonly key: Buffer }
  try {
    pair = { cert: readFileSync(certificate), key: readFileSync(key) }
  } catch (error) {
    throw badTls('', 'Check the paths and who may read them', error)
  }
  try {
    return use(pair)
  } catch (error) {
    const files = `${certificate} and ${key} are no certificate and its key: `
    throw badTls(files, '"landfall config check" says which of them does not fit', error)
  }
}

function badTls(what: string, next: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error)
  return serverError('bad-config', `server.tls_certificate, tls_key: ${what}${why}`, next, error)
}

function cannotListen({ host, port }: ServerConfig['listen'], error: Error): Error {
  const taken = 'code' in error && error.code === 'EADDRINUSE'
  const next = taken ? 'Another service listens there: stop it, or set server.listen' : 'Correct server.listen'
  return serverError('bad-config', `cannot listen on ${host}:${port}: ${error.message}`, next, error)
}
