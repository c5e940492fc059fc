import { inHost } from './host-control.ts'

/** Takes a host's network away, its volumes with it; what was on its way waits or breaks, as where a cable is pulled. */
export async function cutLink(lab: string, host: string): Promise<void> {
  await inHost(lab, host, ['ip', 'link', 'set', 'eth0', 'down'])
}

export async function restoreLink(lab: string, host: string): Promise<void> {
  await inHost(lab, host, ['ip', 'link', 'set', 'eth0', 'up'])
}
