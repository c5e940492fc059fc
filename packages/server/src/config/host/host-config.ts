import { isIP } from 'node:net'
import { InputError, parseRate, parseSize } from '@landfall/core'
import { z } from 'zod'
import { serverError } from '../../errors.ts'
import type { Host } from '../../hosts/host.ts'
import { peerUriProblem, uriProblem } from './host-uri.ts'

/** What a host keeps for itself where the file does not say: Nova's default of reserved_host_memory_mb. */
const defaultReserve = '512MiB'

/** libvirt chooses the port. */
const isAddress = (text: string): boolean => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)

/** A text as it is read by what throws where it cannot be. */
const readBy = <Value>(read: (text: string) => Value): z.ZodPipe<z.ZodString, z.ZodTransform<Value, string>> =>
  z.string().transform((text, context) => {
    try {
      return read(text)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      context.addIssue(error.message)
      return z.NEVER
    }
  })

const withoutProblem = (problemOf: (text: string) => string | null): z.ZodString =>
  z.string().superRefine((text, context) => {
    const problem = problemOf(text)
    if (problem !== null) context.addIssue(problem)
  })

/** `[hosts.NAME]` of the configuration file. */
export const hostSchema = z.strictObject({
  uri: withoutProblem(uriProblem),
  peer_uri: withoutProblem(peerUriProblem).optional(),
  migration_address: z.string().refine(isAddress, 'a host name or an IP address, without a port').optional(),
  link: readBy(parseRate).optional(),
  reserved_memory: readBy(parseSize).prefault(defaultReserve),
})

export const hostOf = (name: string, table: z.output<typeof hostSchema>): Host => ({
  name,
  uri: table.uri,
  peerUri: table.peer_uri ?? table.uri,
  migrationAddress: table.migration_address ?? null,
  linkBytesPerSecond: table.link ?? null,
  reservedBytes: table.reserved_memory,
})

/**
 * Reads a host that is written `NAME=URI`.
 *
 * @throws LandfallError `bad-config`
 */
export function readHost(written: string): Host {
  const at = written.indexOf('=')
  const name = written.slice(0, at)
  const uri = written.slice(at + 1)
  const next = 'Write it like host1=qemu+ssh://host1/system'
  if (at < 1) throw serverError('bad-config', `the host "${written}" is not NAME=URI`, next)
  const problem = uriProblem(uri)
  if (problem !== null) throw serverError('bad-config', `the host ${name}: ${problem}`, next)
  const reservedBytes = parseSize(defaultReserve)
  return { name, uri, peerUri: uri, migrationAddress: null, linkBytesPerSecond: null, reservedBytes }
}
