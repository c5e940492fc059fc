import { authenticateSasl } from '../auth/sasl.ts'
import type { Credentials } from '../auth/credentials.ts'
import { LibvirtClientError, LibvirtError } from '../errors.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { RpcClient } from '../rpc/rpc-client.ts'

const authNone = 0
const authSasl = 1
const authPolkit = 2

/** VIR_DRV_FEATURE_PROGRAM_KEEPALIVE: the server pings only clients that asked for it. */
const featureKeepalive = 10

/** What the daemon told while the session was opened. */
export interface Session {
  /** Major * 1,000,000 + minor * 1,000 + micro. */
  readonly libVersion: number
  readonly supportsKeepalive: boolean
}

export interface SessionRequest {
  /** What CONNECT_OPEN is told. */
  readonly daemonUri: string
  readonly readOnly: boolean
  /** Whether nobody on the way can read along. */
  readonly isPrivate: boolean
  readonly credentials: Credentials | undefined
}

/** The conversation that opens a session, in the order of libvirt's own client. */
export const openSession = async (rpc: RpcClient, request: SessionRequest): Promise<Session> => {
  await authenticate(rpc, request)
  const { supported } = await rpc.call(remote.connectSupportsFeature, { feature: featureKeepalive })
  await rpc.call(remote.connectOpen, { name: request.daemonUri, flags: request.readOnly ? 1 : 0 })
  const [{ libVer }] = await Promise.all([rpc.call(remote.connectGetLibVersion, undefined), watchDriver(rpc)])
  return { libVersion: Number(libVer), supportsKeepalive: supported === 1 }
}

// Behind virtproxyd the hypervisor's daemon can go away while our socket stays; the close callback tells.
const watchDriver = async (rpc: RpcClient): Promise<void> => {
  try {
    await rpc.call(remote.connectRegisterCloseCallback, undefined)
  } catch (error) {
    // Drivers without the callback say so; read-only sessions may not register.
    if (!(error instanceof LibvirtError)) throw error
  }
}

const authenticate = async (rpc: RpcClient, request: SessionRequest): Promise<void> => {
  const { types } = await rpc.call(remote.authList, undefined)
  if (types.length === 0 || types.includes(authNone)) return
  if (types.includes(authPolkit)) await rpc.call(remote.authPolkit, undefined)
  else if (types.includes(authSasl)) await authenticateSasl(rpc, request)
  else {
    throw new LibvirtClientError(
      'LIBVIRT_AUTH_UNSUPPORTED',
      `the daemon asks for authentication of the unknown kinds ${types.join(', ')}`,
    )
  }
}
