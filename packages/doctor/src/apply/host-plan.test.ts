import { describe, expect, test } from 'vitest'
import { planRevert } from './host-plan.ts'
import type { AppliedChange, HostState } from './host-state.ts'
import { sha256 } from './host-state.ts'

const before = Buffer.from('[libvirt]\n')
const after = Buffer.from('[libvirt]\nlive_migration_permit_auto_converge = true\n')
const applied: AppliedChange = {
  beforeSha256: sha256(before),
  backup: 'etc/nova/nova_override.conf.bak-20261128T120000Z',
  afterSha256: sha256(after),
  run: null,
}
const host = (part: Partial<HostState>): HostState => ({
  path: 'etc/nova/nova_override.conf',
  bytes: after,
  service: 'systemd nova-compute',
  active: true,
  pending: false,
  reverting: null,
  applied,
  ...part,
})

describe('a run that was killed between two steps on a host', () => {
  test('before it wrote its file, there is nothing to take back', () => {
    expect(planRevert('cmp1', host({ bytes: before, pending: true }), before)).toMatchObject({ what: 'restart' })
    expect(planRevert('cmp1', host({ bytes: before }), before)).toMatchObject({ what: 'done' })
  })

  test('and so where it took away a file that had not been there', () => {
    const none = { ...applied, beforeSha256: null, backup: null }
    expect(planRevert('cmp1', host({ bytes: null, applied: none, pending: true }), null)).toMatchObject({
      what: 'restart',
    })
  })
})

test('a file that is neither what was there nor what was written stays', () => {
  expect(planRevert('cmp1', host({ bytes: Buffer.from('# by hand\n') }), before)).toMatchObject({
    what: 'cannot',
    why: expect.stringMatching(/changed since/),
  })
})
