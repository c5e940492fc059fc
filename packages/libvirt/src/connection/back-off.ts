/** How long to wait before the next attempt. */
export interface BackOff {
  /** Before the second attempt. */
  readonly firstMs: number
  /** Never longer. */
  readonly maxMs: number
}

export const defaultBackOff: BackOff = { firstMs: 250, maxMs: 30_000 }

/**
 * Doubles from attempt to attempt. Half of it is left to chance, so that a daemon that comes back is not met by all its clients
 * at once.
 * @param failures Attempts that failed in a row, at least 1.
 * @param random At least 0, below 1.
 */
export const backOffMs = ({ firstMs, maxMs }: BackOff, failures: number, random: number): number =>
  Math.min(maxMs, firstMs * 2 ** (failures - 1)) * (1 - random / 2)
