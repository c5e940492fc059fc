import type { NovaUnderWay } from '@landfall/api'

const instanceId = '4f0c3f1e-0d4a-4c55-9f3e-8a4b0a1f5d11'

/** What Nova has of a migration that it carries out, as libvirt does it. */
export const novasInAgreement = (): NovaUnderWay => ({
  cloud: 'production',
  silent: null,
  seen: {
    at: Date.parse('2026-11-28T12:00:14Z'),
    migration: { id: 7, status: 'running', source: 'host1', destination: 'host2' },
    requestId: 'req-0d2f8a9c-6a0e-4a39-8a60-5f2f6c0f6f1b',
    instance: { id: instanceId, status: 'MIGRATING', taskState: 'migrating', host: 'host1' },
    libvirt: { source: 'host1', destination: 'host2' },
    differences: [],
  },
})

/** Its record has ended, and libvirt still copies; since then Nova does not answer. */
export const novasThatDiffers = (): NovaUnderWay => ({
  cloud: 'production',
  silent: {
    why: 'cloud production was asked to show it, and does not answer',
    since: Date.parse('2026-11-28T12:00:16Z'),
  },
  seen: {
    at: Date.parse('2026-11-28T12:00:14Z'),
    migration: { id: 8, status: 'error', source: 'host1', destination: 'host2' },
    requestId: 'req-58b1e0b7-3c7e-4d0e-9a43-6a1f3a9c2d77',
    instance: { id: instanceId, status: 'ERROR', taskState: null, host: 'host1' },
    libvirt: { source: 'host1', destination: 'host2' },
    differences: [
      {
        what: "Nova's migration 8 is error, and libvirt still copies the guest from host1",
        next: 'Nobody of Nova’s clears up behind it. Abort it, so that the guest stays on host1; then compare with "openstack server show"',
      },
    ],
  },
})
