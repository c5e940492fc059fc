import { LibvirtClientError, LibvirtError } from '../errors.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { RpcClient } from '../rpc/rpc-client.ts'

const authNone = 0
const authPolkit = 2

/** VIR_DRV_FEATURE_PROGRAM_KEEPALIVE: the server pings only clients that asked for it. */
const featureKeepalive = 10

/** What the daemon told while the session was opened. */
export interface Session {
  /** Major * 1,000,000 + minor * 1,000 + micro. */
  readonly libVersion: number
  readonly supportsKeepalive: boolean
}

/** The conversation that opens a session, in the order of libvirt's own client. */
export const openSession = async (rpc: RpcClient, daemonUri: string, readOnly: boolean): Promise<Session> => {
  await authenticate(rpc)
  const { supported } = await rpc.call(remote.connectSupportsFeature, { feature: featureKeepalive })
  await rpc.call(remote.connectOpen, { name: daemonUri, flags: readOnly ? 1 : 0 })
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

const authenticate = async (rpc: RpcClient): Promise<void> => {
  const { types } = await rpc.call(remote.authList, undefined)
  if (types.length === 0 || types.includes(authNone)) return
  if (types.includes(authPolkit)) {
    await rpc.call(remote.authPolkit, undefined)
    return
  }
  throw new LibvirtClientError(
    'LIBVIRT_AUTH_UNSUPPORTED',
    'the daemon asks for SASL, which this client does not speak; use auth_tcp = "none", or tls, ssh or a unix socket',
  )
}
