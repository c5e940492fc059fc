import { randomBytes } from 'node:crypto'
import { LibvirtClientError, LibvirtError } from '../errors.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { RpcClient } from '../rpc/rpc-client.ts'
import { authFailed } from './credentials.ts'
import type { Credentials } from './credentials.ts'
import { Scram } from './scram.ts'

interface Answer {
  readonly complete: number
  readonly data: string | undefined
}

const nothing = new Uint8Array()

/**
 * SASL with SCRAM-SHA-256, else PLAIN. Both send what must not be read on the way, so only over tls, ssh and unix sockets.
 * @param nonce For SCRAM; fresh each time.
 * @throws LibvirtClientError LIBVIRT_AUTH_UNSUPPORTED, LIBVIRT_AUTH_FAILED
 */
export const authenticateSasl = async (
  rpc: RpcClient,
  { isPrivate, credentials }: { readonly isPrivate: boolean; readonly credentials: Credentials | undefined },
  nonce: string = randomBytes(18).toString('base64'),
): Promise<void> => {
  if (!isPrivate) {
    throw unsupported('the daemon asks for SASL over plain TCP; use tls, ssh or a unix socket, or auth_tcp = "none"')
  }
  if (credentials === undefined) {
    throw unsupported('the daemon asks for SASL: give connect() credentials: { username, password }')
  }
  const { mechlist } = await rpc.call(remote.authSaslInit, undefined)
  const offered = mechlist.split(/[, ]+/)
  try {
    if (offered.includes('SCRAM-SHA-256')) await scram(rpc, new Scram(credentials, nonce))
    else if (offered.includes('PLAIN')) await plain(rpc, credentials)
    else throw unsupported(`the daemon offers SASL by ${mechlist} only; SCRAM-SHA-256 or PLAIN is needed`)
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error
    throw authFailed(error.message, error)
  }
}

const scram = async (rpc: RpcClient, conversation: Scram): Promise<void> => {
  const challenge = await start(rpc, 'SCRAM-SHA-256', conversation.first())
  if (challenge.complete === 1) throw authFailed('the server asked for no proof')
  const last = await step(rpc, await conversation.final(challenge.data ?? ''))
  conversation.verify(last.data ?? '')
  if (last.complete === 1) return
  const { complete } = await step(rpc, undefined)
  if (complete !== 1) throw authFailed('the server does not come to an end')
}

const plain = async (rpc: RpcClient, { username, password }: Credentials): Promise<void> => {
  if (username.includes('\0') || password.includes('\0')) throw authFailed('PLAIN cannot carry a zero byte')
  const { complete } = await start(rpc, 'PLAIN', `\0${username}\0${password}`)
  if (complete !== 1) throw authFailed('the server does not come to an end')
}

const start = async (rpc: RpcClient, mech: string, data: string): Promise<Answer> =>
  answer(await rpc.call(remote.authSaslStart, { mech, nil: 0, data: Buffer.from(data, 'utf8') }))

// "No data" is something else than empty data.
const step = async (rpc: RpcClient, data: string | undefined): Promise<Answer> => {
  const args = { nil: data === undefined ? 1 : 0, data: data === undefined ? nothing : Buffer.from(data, 'utf8') }
  return answer(await rpc.call(remote.authSaslStep, args))
}

const answer = ({ complete, nil, data }: { complete: number; nil: number; data: Uint8Array }): Answer => ({
  complete,
  data: nil === 1 ? undefined : Buffer.from(data).toString('utf8'),
})

const unsupported = (message: string): LibvirtClientError => new LibvirtClientError('LIBVIRT_AUTH_UNSUPPORTED', message)
