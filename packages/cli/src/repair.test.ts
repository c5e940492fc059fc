import { expect, test } from 'vitest'
import type { Repairs } from '@landfall/server'
import { repairsInWords } from './repair.ts'

test('every side, and each repair with its steps or with every reason against it', () => {
  const seen: Repairs = {
    guest: { name: 'instance-00000001', uuid: 'u1' },
    facts: {
      id: 'u1',
      instance: { host: 'host1', hypervisorHostname: 'host1', vmState: 'error', taskState: null },
      record: { id: 7, status: 'error', type: 'live-migration', isOver: true, silentMs: 1000 },
      hosts: [
        { name: 'host1', hostname: 'host1', view: { kind: 'absent' } },
        {
          name: 'host2',
          hostname: 'host2',
          view: { kind: 'present', state: 'running', reason: 'migrated', outgoingJob: false },
        },
      ],
      allocations: { held: {}, byMigration: null, providers: [] },
    },
    verdicts: {
      'send-back': { what: 'possible', steps: [{ act: 'migrate-back', from: 'host2', to: 'host1' }] },
      'remove-leftover': { what: 'not-needed', why: 'no other host has a definition of it' },
      'heal-allocations': {
        what: 'possible',
        steps: [{ act: 'write-allocations', allocations: { u1: { p1: { VCPU: 1, MEMORY_MB: 512 } }, m7: {} } }],
      },
      'reset-state': { what: 'refused', why: ['one', 'another'] },
    },
  }
  expect(repairsInWords(seen).map((line) => line.trimEnd())).toEqual([
    'instance-00000001 (u1)',
    'Nova has it on host1, error',
    'its newest migration 7 (live-migration) is error',
    'host   has',
    'host1  nothing',
    'host2  running (migrated)',
    'send-back: moves it live from host2 to host1 by libvirt, which is where Nova has it',
    'remove-leftover: not needed, no other host has a definition of it',
    'heal-allocations: writes into Placement, all at once: u1 holds VCPU 1, MEMORY_MB 512 of p1, m7 holds nothing',
    'reset-state: refused',
    '  one',
    '  another',
  ])
})
