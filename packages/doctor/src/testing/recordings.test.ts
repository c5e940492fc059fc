import { expect, test } from 'vitest'
import { asked, fixture, words } from './answers.ts'

/** What happened, by the API and the hosts themselves, when it was recorded. */
test.each([
  ['05-force-complete-pause', 'completed', ['forced-to-complete'], null],
  ['08-restart-source', 'failed', ['source-service-restarted'], ['runs', 'nova1']],
  ['10-restart-dest', 'cancelled', ['guest-writes-faster-than-link', 'aborted-by-operator'], ['runs', 'nova1']],
  ['20-freeze-abort-ignored', 'running', ['service-silent'], null],
  ['nova31-01-quiet', 'completed', [], null],
  ['nova31-02-nonconv-abort', 'cancelled', ['guest-writes-faster-than-link', 'aborted-by-operator'], ['runs', 'host1']],
  ['nova31-03-maxdowntime', 'completed', ['forced-to-complete'], null],
  ['nova31-05-autoconverge-throttle', 'completed', [], null],
  ['nova31-07-sigstop-abort-sigcont', 'failed', ['hypervisor-error', 'service-silent'], ['runs', 'host2']],
  ['nova31-11-kill-compute-lands-orphan', 'failed', ['source-service-restarted'], ['runs', 'host1']],
  ['nova31-13b-guest-powers-off', 'failed', ['hypervisor-error'], ['runs-nowhere', null]],
  ['nova31-compute-killed', 'failed', ['source-service-restarted'], ['runs', 'host1']],
  ['nova31-destination-killed', 'failed', ['hypervisor-error'], ['runs', 'host1']],
  ['nova31-libvirtd-restarted', 'failed', ['hypervisor-error'], ['runs', 'host1']],
  ['nova31-hopeless-aborted', 'failed', ['hypervisor-error'], ['runs', 'host1']],
  ['nova31-guest-off', 'failed', ['hypervisor-error'], ['runs-nowhere', null]],
  ['nova31-compute-restarted', 'cancelled', ['source-service-restarted'], ['runs', 'host1']],
  ['nova31-post-copy', 'completed', [], null],
  ['nova31-post-copy-taken-up', 'completed', [], null],
] as const)('%s: %s', async (name, outcome, causes, guest) => {
  const answer = await asked({ paths: [fixture(`recordings/${name}`)] })
  const [first] = answer.migrations
  expect(first?.outcome).toBe(outcome)
  expect(first?.causes.map(({ code }) => code)).toEqual(causes)
  expect(first?.guest === null ? null : [first?.guest.where, first?.guest.host]).toEqual(guest)
  // Hosts are what their logs say of themselves, and nobody else.
  expect(answer.hosts.filter(({ isHypervisor }) => isHypervisor)).toHaveLength(2)
  expect(answer.migrations.length).toBe(name === '10-restart-dest' ? 2 : 1)
})

test.each([
  ['nova31-destination-killed', 'monitor-closed'],
  ['nova31-libvirtd-restarted', 'libvirt-gone'],
  ['nova31-hopeless-aborted', 'stream-ended'],
])('%s: the words of libvirt are understood as what happened, which was no fault of a disk', async (name, which) => {
  const answer = await asked({ paths: [fixture(`recordings/${name}`)] })
  expect(answer.migrations[0]?.causes[0]?.which).toBe(which)
})

test('a copy that was left by a killed nova-compute and aborted by libvirt left no orphan', async () => {
  const answer = await asked({ paths: [fixture('recordings/nova31-compute-killed')] })
  expect(answer.migrations[0]?.orphan).toBeNull()
})

test('the pause that a force-complete cost is told to the hundredth', async () => {
  expect(words(await asked({ paths: [fixture('recordings/05-force-complete-pause')] }))).toMatch(
    /stood still for 12\.03 s/,
  )
})

test('a guest left on another host than Nova has it on', async () => {
  const answer = await asked({ paths: [fixture('recordings/nova31-11-kill-compute-lands-orphan')] })
  const [finding] = answer.migrations
  const next = expect.stringContaining(`"landfall repair ${finding?.instance}"`)
  expect(finding?.orphan).toMatchObject({ host: 'host1', next })
  expect(JSON.stringify(answer.advice)).not.toContain('Nova has it')
})

test('a guest that does not shut down is powered off, which is told; cold moves have both their hosts', async () => {
  const answer = await asked({ paths: [fixture('recordings/10-restart-dest')] })
  expect(answer.migrations[1]).toMatchObject({ kind: 'cold', from: 'nova1', to: 'nova2', outcome: 'completed' })
  expect(words(answer)).toMatch(/was powered off/)
  const cold = await asked({ paths: [fixture('recordings/nova31-20-cold-confirm-revert')] })
  expect(cold.migrations).toMatchObject([
    { kind: 'cold', from: 'host1', to: 'host2', outcome: 'completed' },
    { kind: 'cold', from: 'host2', to: 'host1', outcome: 'cancelled', guest: { where: 'runs', host: 'host2' } },
  ])
})
