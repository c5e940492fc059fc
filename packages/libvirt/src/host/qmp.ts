import { LibvirtClientError } from '../errors.ts'

/** A command of QEMU's monitor protocol. */
export interface QmpCommand {
  readonly execute: string
  readonly arguments?: Readonly<Record<string, unknown>>
}

/** The `return` of an answer. Throws LIBVIRT_QMP_ERROR with QEMU's class and description. */
export const qmpReturn = (command: QmpCommand, answer: string): unknown => {
  let parsed: unknown
  try {
    parsed = JSON.parse(answer)
  } catch (cause) {
    throw new LibvirtClientError('LIBVIRT_QMP_ERROR', `${command.execute}: QEMU's answer is not JSON`, { cause })
  }
  if (isRecord(parsed)) {
    if ('return' in parsed) return parsed['return']
    const error = parsed['error']
    if (isRecord(error)) {
      throw new LibvirtClientError(
        'LIBVIRT_QMP_ERROR',
        `${command.execute}: ${String(error['desc'])} (${String(error['class'])})`,
      )
    }
  }
  throw new LibvirtClientError('LIBVIRT_QMP_ERROR', `${command.execute}: QEMU's answer has neither return nor error`)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
