import type { Domain } from '@landfall/libvirt'
import type { CpuLook } from './guest-work.ts'
import { cpuOf } from './guest-work.ts'

/** One look at a migration through QEMU's monitor. */
export interface Look extends CpuLook {
  readonly status: string
  /** Syncs of the dirty log so far: the number of the pass. */
  readonly pass: number
  readonly remainingBytes: number
}

interface MigrationInfo {
  readonly status?: string
  readonly ram?: { readonly 'dirty-sync-count': number; readonly remaining: number }
}

export const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function look(domain: Domain, pid: string): Promise<Look> {
  const info = (await domain.qemuMonitorCommand({ execute: 'query-migrate' })) as MigrationInfo
  const { ram, status = 'none' } = info
  return { ...cpuOf(pid), status, pass: ram?.['dirty-sync-count'] ?? 0, remainingBytes: ram?.remaining ?? 0 }
}

/** A pass with the looks nearest to its ends. */
export interface Pass {
  readonly number: number
  readonly from: Look
  readonly to: Look
  /** R: what was left to send when the next began. */
  readonly leftBytes: number
}

/** Looks on until so many passes have ended or the time is up. */
export async function watchPasses(domain: Domain, pid: string, most: number, longestMs: number): Promise<Pass[]> {
  const passes: Pass[] = []
  let began: Look | null = null
  let last = await look(domain, pid)
  const until = last.atMs + longestMs
  while (passes.length < most && last.atMs < until) {
    await rest(20)
    const now = await look(domain, pid)
    if (now.pass > last.pass && now.status === 'active') {
      if (began !== null) passes.push({ number: last.pass, from: began, to: now, leftBytes: now.remainingBytes })
      began = now
    }
    last = now
  }
  return passes
}
