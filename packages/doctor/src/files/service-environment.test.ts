import { expect, test } from 'vitest'
import { environmentIn } from './service-environment.ts'

test.each([
  [
    '[Service]\nEnvironment=OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME=700 A=b\n',
    { OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME: '700' },
  ],
  ['Environment="OS_LIBVIRT__CPU_MODELS=a, b"\n', { OS_LIBVIRT__CPU_MODELS: 'a, b' }],
  [
    'Environment="OS_DEFAULT__DEBUG=true" "OS_LIBVIRT__CPU_MODELS=a, b" OS_LIBVIRT__VIRT_TYPE=kvm\n',
    { OS_DEFAULT__DEBUG: 'true', OS_LIBVIRT__CPU_MODELS: 'a, b', OS_LIBVIRT__VIRT_TYPE: 'kvm' },
  ],
  ["export OS_DEFAULT__DEBUG='true'\n", { OS_DEFAULT__DEBUG: 'true' }],
  ['# OS_DEFAULT__DEBUG=true\nOS_USERNAME=nova\n', {}],
])('%j', (text, set) => {
  expect(environmentIn(text)).toEqual(set)
})
