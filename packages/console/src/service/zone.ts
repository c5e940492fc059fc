/** In which zone times are shown: the reader's own, or UTC, as logs have it. */
export type Zone = 'local' | 'UTC'

const own = new Intl.DateTimeFormat().resolvedOptions().timeZone

const listeners = new Set<() => void>()
let shown: Zone = 'local'

export const zone = (): Zone => shown
export const zoneName = (): string => (shown === 'UTC' ? 'UTC' : own)
export const zoneDiffers = own !== 'UTC' && own !== 'Etc/UTC'

export function showZone(next: Zone): void {
  shown = next
  for (const listener of listeners) listener()
}

export function onZone(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
