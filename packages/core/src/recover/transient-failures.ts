import type { Milliseconds } from '../units.ts'

/** How a try failed, as far as anybody told. */
export type TryFailure =
  /** A host did not answer before anything of the try was asked of it. */
  | { readonly kind: 'host-silent' }
  /** The connection broke while the migration call was under way, and nothing of its job was seen after that. */
  | { readonly kind: 'answer-lost' }
  /** libvirt's names of its error and of the part that reported it, e.g. `VIR_ERR_RPC` and `VIR_FROM_RPC`. */
  | { readonly kind: 'answered'; readonly code: string; readonly part: string }
  /** The destination still holds what an earlier try left there; its daemon clears that up. */
  | { readonly kind: 'destination-occupied' }
  /** Anything else, and what nobody told. */
  | { readonly kind: 'other' }

export const transientKinds = ['host-unreachable', 'answer-lost', 'daemons-parted', 'destination-busy'] as const
export type TransientKind = (typeof transientKinds)[number]

/** A failure that may pass by itself. */
export interface TransientFailure {
  /** For people: what was seen, and what it usually is. */
  readonly means: string
  readonly isSeenIn: (failure: TryFailure) => boolean
  /** Before the next try; twice as long before each one after that. */
  readonly firstWaitMs: Milliseconds
}

/**
 * Every failure that is tried again, and nothing else is. By libvirt's codes, never by its words, which are translated. What QEMU
 * says of a broken stream is not among them: it is the same where somebody destroyed the QEMU on the destination.
 */
export const transientFailures: Readonly<Record<TransientKind, TransientFailure>> = {
  'host-unreachable': {
    means: 'a host did not answer: its daemon is being started again, or the way to it is cut',
    isSeenIn: ({ kind }) => kind === 'host-silent',
    firstWaitMs: 10_000,
  },
  'answer-lost': {
    means:
      'the connection to the source broke while it migrated, and the guest is still there: its daemon was started again, or the way to it was cut',
    isSeenIn: ({ kind }) => kind === 'answer-lost',
    firstWaitMs: 10_000,
  },
  'daemons-parted': {
    means:
      'the connection between the two daemons broke: the one on the destination was started again, or the link was cut',
    isSeenIn: (failure) =>
      failure.kind === 'answered' &&
      (failure.part === 'VIR_FROM_RPC' || failure.code === 'VIR_ERR_RPC' || failure.code === 'VIR_ERR_NO_CONNECT'),
    firstWaitMs: 10_000,
  },
  'destination-busy': {
    means:
      'a host was busy with something else of the guest, or the destination still holds what an earlier try left there',
    isSeenIn: (failure) =>
      failure.kind === 'destination-occupied' ||
      (failure.kind === 'answered' &&
        (failure.code === 'VIR_ERR_OPERATION_TIMEOUT' || failure.code === 'VIR_ERR_RESOURCE_BUSY')),
    firstWaitMs: 30_000,
  },
}

/** Null for what does not pass by itself, as far as is known. */
export const transientKindOf = (failure: TryFailure): TransientKind | null =>
  transientKinds.find((kind) => transientFailures[kind].isSeenIn(failure)) ?? null
