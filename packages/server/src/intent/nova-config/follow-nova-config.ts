import type { Intent } from '@landfall/core'
import type { IntentNews, IntentSource } from '../intent-source.ts'
import type { ConfigArgument } from '@landfall/nova'
import { changedFiles, stampsOf } from './config-files.ts'
import type { NovaConfig } from './read-nova-config.ts'
import { readNovaConfig } from './read-nova-config.ts'

export interface FollowOptions {
  readonly given: readonly ConfigArgument[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** As it was read for the plan. */
  readonly config: NovaConfig
  /** What such a configuration means for the guest that is on its way. */
  readonly intentOf: (config: NovaConfig) => Intent
}

/**
 * Nova's files while a migration runs. Looked at when asked, by inode, size and time, and read again only where those
 * changed. One that is broken at that moment is told once, and read again when it has changed again.
 */
export function followNovaConfig({ given, environment, config, intentOf }: FollowOptions): IntentSource {
  let { stamps } = config
  return {
    changed: (): IntentNews | null => {
      const now = stampsOf(given)
      const files = changedFiles(stamps, now)
      if (files.length === 0) return null
      stamps = now
      const names = files.join(', ')
      try {
        return { kind: 'intent', intent: intentOf(readNovaConfig(given, environment)), origin: `${names} changed` }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return { kind: 'unreadable', why: `${names} changed and cannot be used: ${why}` }
      }
    },
  }
}
