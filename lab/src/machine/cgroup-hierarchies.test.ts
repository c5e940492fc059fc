import { expect, test } from 'vitest'

import { parseCgroupHierarchies } from './cgroup-hierarchies.ts'

test('a hybrid machine has v1 controllers, named ones and the v2 tree', () => {
  const mountinfo = [
    '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct',
    '40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime shared:9 - cgroup cgroup rw,xattr,name=systemd',
    '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate',
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
  ].join('\n')
  expect(parseCgroupHierarchies(mountinfo)).toEqual([
    { kind: 'v1', mountPoint: '/sys/fs/cgroup/cpu,cpuacct', options: 'cpu,cpuacct' },
    { kind: 'v1', mountPoint: '/sys/fs/cgroup/systemd', options: 'name=systemd' },
    { kind: 'v2', mountPoint: '/sys/fs/cgroup/unified', options: 'none' },
  ])
})

test('a machine of today has the v2 tree alone', () => {
  const mountinfo =
    '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot'
  expect(parseCgroupHierarchies(mountinfo)).toEqual([{ kind: 'v2', mountPoint: '/sys/fs/cgroup', options: 'none' }])
})

test('hierarchies mounted elsewhere, as inside a container runtime, are left alone', () => {
  const mountinfo = '30 23 0:26 / /run/other/cgroup rw - cgroup2 cgroup2 rw'
  expect(parseCgroupHierarchies(mountinfo)).toEqual([])
})
