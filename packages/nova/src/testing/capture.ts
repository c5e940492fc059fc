import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export const scenarios = [
  '01-ok',
  '02-nonconv-abort',
  '03-nonconv-timeout',
  '04-autoconverge',
  '09-failed-pre-live-migration-image',
] as const
export type Scenario = (typeof scenarios)[number]

/** The nova-compute log of one host of a recording (captures/README.md). */
export function captureText(scenario: Scenario, host: 'nova1' | 'nova2'): string {
  const file = new URL(`captures/${scenario}-${host}.log.gz`, import.meta.url)
  return gunzipSync(readFileSync(file)).toString('utf8')
}
