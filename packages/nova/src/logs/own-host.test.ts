import { expect, test } from 'vitest'
import { ownHostIn, ownHostOf } from './own-host.ts'

const oslo = '2026-11-23 06:42:24.369 3392 INFO nova.compute.manager [-] '

test.each([
  [`${oslo}[instance: x] During the sync_power process the instance has moved from host nova2 to host nova1`, 'nova1'],
  [`${oslo}Auditing locally available compute resources for cmp-1.example (node: cmp-1.example)`, 'cmp-1.example'],
  [`${oslo}Compute_service record updated for cmp1:cmp1`, 'cmp1'],
  [`${oslo}Final resource view: name=cmp1 phys_ram=12250MB`, 'cmp1'],
  [`${oslo}host                           = cmp9 log_opt_values /usr/lib/python3/x.py:1`, 'cmp9'],
  [`Nov 23 06:42:24 hv-07 nova-compute[3392]: ${oslo}x`, 'hv-07'],
  [`2026-11-23T06:42:24.369+00:00 hv-07 nova-compute: ${oslo}x`, 'hv-07'],
  [`${oslo}Took 5.23 seconds for pre_live_migration on destination host nova2.`, null],
  [`${oslo}Migrating instance to nova2 finished successfully.`, null],
  [`${oslo}osapi_host = 0.0.0.0 log_opt_values /x.py:1`, null],
])('%s', (line, host) => {
  expect(ownHostIn(line)).toBe(host)
})

test('one line that says something else does not outvote the others', () => {
  const lines = ['b', 'a', 'a'].map((host) => `${oslo}Compute_service record updated for ${host}:${host}`)
  expect(ownHostOf(lines.join('\n'))).toBe('a')
  expect(ownHostOf('nothing')).toBeNull()
})
