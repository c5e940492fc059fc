import { expect, test } from 'vitest'
import { captureText } from '../../testing/capture.ts'
import { HostLogReader } from '../../logs/host-log-reader.ts'
import { Dice } from '../../testing/lines/dice.ts'
import { diagnosed } from '../../testing/truth/diagnosed.ts'
import { generateLog } from '../../testing/generate-log.ts'
import type { Scenario } from '../../testing/truth/scenarios.ts'
import { diagnose } from '../diagnose.ts'

const permitted = { 'libvirt.live_migration_permit_post_copy': 'true' }
const forced = { 'libvirt.live_migration_timeout_action': 'force_complete' }

test.each([
  ['success-post-copy-forced', permitted],
  ['success-post-copy-by-timeout', { ...permitted, ...forced }],
  ['post-copy-not-permitted', forced],
  ['aborted-by-timeout', {}],
  ['success-auto-converge', {}],
] as const satisfies readonly (readonly [Scenario, object])[])('%s shows %j', (scenario, shown) => {
  const { hosts } = generateLog(7, { scenario, release: 27, level: 'DEBUG' })
  expect(diagnosed(hosts, new Dice(7)).map((finding) => finding.shown)).toEqual([shown])
})

test("a real Nova's timeout that aborted shows nothing", () => {
  const reader = new HostLogReader('nova1')
  reader.text(captureText('03-nonconv-timeout', 'nova1'), 'nova-compute.log')
  expect(diagnose([reader.end()]).map((finding) => finding.shown)).toEqual([{}])
})
