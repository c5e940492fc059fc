import { LibvirtClientError } from '../errors.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

export const authFailed = (why: string, cause?: unknown): LibvirtClientError =>
  new LibvirtClientError('LIBVIRT_AUTH_FAILED', `not let in: ${why}`, cause === undefined ? undefined : { cause })
