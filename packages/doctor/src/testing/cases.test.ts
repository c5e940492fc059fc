import { describe, expect, test } from 'vitest'
import { configProblems, hasFindings } from '../examine.ts'
import { asked, fixture, words } from './answers.ts'

const hosts = (name: string): { paths: string[] } => ({ paths: [fixture(`cases/${name}/hosts`)] })

describe('what was reported in public, answered as it was solved', () => {
  test('CPU families that differ (Queens)', async () => {
    const answer = await asked(hosts('01-cpu-families-queens'))
    expect(answer.migrations).toMatchObject([
      { to: 'cmp-ivb-01', outcome: 'refused', causes: [{ which: 'cpu' }], guest: { where: 'runs' } },
    ])
    expect(answer.releases.newest).toBe(20)
    expect(words(answer)).toMatch(/cpu_model before Train/)
    expect(words(answer)).toMatch(/cpu_mode = host-model \(.*cmp-hsw-01\/nova\.conf:5, .*cmp-ivb-01\/nova\.conf:5\)/)
    expect(words(answer)).toMatch(/shut each guest off and start it/)
  })

  test.each(['hosts', 'grepped'])("Nova's own comparison refuses hosts that are alike (2023.1), %s", async (folder) => {
    const answer = await asked({ paths: [fixture(`cases/02-cpu-check-of-identical-hosts-antelope/${folder}`)] })
    expect(answer.migrations).toMatchObject([{ to: 'edpm-b', outcome: 'refused', causes: [{ which: 'cpu' }] }])
    const skipped = /skip_cpu_compare_on_dest = true in \[workarounds\] .* first \(it is off at .*:7\)/.test(
      words(answer),
    )
    // Without the files nothing is known of them.
    expect(skipped).toBe(folder === 'hosts')
  })

  test.each(['hosts', 'grepped'])('a CPU feature that was renamed, %s', async (folder) => {
    const answer = await asked({ paths: [fixture(`cases/04-cpu-feature-renamed-between-rhel7-and-8/${folder}`)] })
    expect(answer.migrations).toMatchObject([{ outcome: 'refused', causes: [{ which: 'cpu-feature-unknown' }] }])
    expect(words(answer)).toMatch(/arch-facilities/)
    expect(words(answer)).toMatch(/no cpu_mode helps/)
  })

  test('a security driver that is missing there', async () => {
    const answer = await asked(hosts('07-selinux-model-missing-there'))
    expect(answer.migrations).toMatchObject([
      { outcome: 'failed', causes: [{ which: 'security-driver' }], guest: { where: 'runs', host: 'cmp-07' } },
    ])
    expect(words(answer)).toMatch(/selinux.*getenforce/s)
  })

  test("an ssh host key that the source does not know: by the URI's own address", async () => {
    const answer = await asked(hosts('09-ssh-host-key-charm'))
    expect(answer.migrations).toHaveLength(2)
    expect(answer.migrations).toMatchObject([{ causes: [{ which: 'ssh-host-key' }] }, {}])
    expect(words(answer)).toMatch(/ssh-keyscan 10\.20\.0\.59/)
    expect(words(answer)).not.toMatch(/var\/log\/libvirt/)
  })

  test('a config drive that cannot be fetched, for a name that does not resolve', async () => {
    const answer = await asked(hosts('10-config-drive-copy-no-dns'))
    expect(answer.migrations).toMatchObject([
      {
        from: 'compute-2.ci.example',
        to: 'compute-1.ci.example',
        outcome: 'refused',
        causes: [{ which: 'name-not-resolved' }],
      },
    ])
    expect(words(answer)).toMatch(/disk\.config.*DNS or \/etc\/hosts/s)
  })

  test('a database that refuses, and a guest that stays marked', async () => {
    const answer = await asked(hosts('14-mariadb-snapshot-isolation'))
    expect(answer.migrations).toMatchObject([
      { outcome: 'unknown', causes: [{ code: 'never-started', which: 'database-conflict' }] },
    ])
    expect(words(answer)).toMatch(/innodb_snapshot_isolation = OFF/)
    expect(words(answer)).not.toMatch(/^ask for it again/m)
  })

  test('a port binding of an earlier try', async () => {
    const answer = await asked({ paths: [fixture('cases/15-stale-port-binding-conductor/logs')] })
    expect(answer.migrations).toMatchObject([{ outcome: 'refused', causes: [{ which: 'port-binding' }] }])
    expect(words(answer)).toMatch(/left-over INACTIVE binding/)
  })

  test('a QEMU that died: the guest runs nowhere, and it is not completed', async () => {
    const answer = await asked(hosts('17-source-qemu-died-paused-guest'))
    expect(answer.migrations).toMatchObject([
      { outcome: 'failed', causes: [{ which: 'domain-not-running' }], guest: { where: 'runs-nowhere' } },
    ])
    expect(words(answer)).toMatch(/coredumpctl/)
    expect(words(answer)).toMatch(/reboot --hard/)
  })

  test('the progress timeout of Newton', async () => {
    const answer = await asked(hosts('19-progress-timeout-newton'))
    expect(answer.migrations).toMatchObject([{ outcome: 'cancelled', causes: [{ code: 'aborted-by-timeout' }] }])
    expect(answer).toMatchObject({ releaseFrom: 'bounded', releases: { newest: 14 } })
    expect(answer.changes.map(({ change }) => change.fileLines.at(-1))).toEqual(['live_migration_progress_timeout = 0'])
    expect(answer.changes[0]?.lack.lack).toHaveLength(2)
    expect(words(answer)).toMatch(/writes about as fast as the link carries/)
    expect(configProblems(answer).map(({ message }) => message.split(' ')[0])).toContain('live_migration_flag')
  })

  test.each([undefined, 22 as const])('native TLS without a scheme, release %s', async (release) => {
    const answer = await asked({ ...hosts('23-native-tls-without-scheme'), ...(release && { release }) })
    expect(configProblems(answer)).toMatchObject([
      { code: 'native-tls-without-scheme', next: 'Set live_migration_scheme = tls' },
      { code: 'native-tls-without-scheme' },
    ])
    expect(hasFindings(answer)).toBe(true)
  })

  test('a stream on the gigabit network (Liberty)', async () => {
    const answer = await asked(hosts('24-stream-on-the-1g-admin-network'))
    expect(answer.migrations).toMatchObject([{ outcome: 'completed', causes: [] }])
    expect(Math.round((answer.migrations[0]?.linkBytesPerSecond ?? 0) / 2 ** 20)).toBe(112)
    expect(words(answer)).toMatch(/just what 1 Gbit\/s carries/)
    expect(configProblems(answer)).toEqual([])
  })

  test.each([undefined, 18 as const])("Platform9's configuration, release %s", async (release) => {
    const answer = await asked({ ...hosts('28-platform9-express-config'), ...(release && { release }) })
    expect(configProblems(answer)).toMatchObject([
      { message: expect.stringMatching(/^live_migration_flag is ignored.*unencrypted/) },
      {},
    ])
    const about = answer.fleet.remarks.filter(({ message }) => message.startsWith('live_migration_uri'))
    for (const { severity, message } of about) {
      expect(severity).toBe('note')
      expect(message).not.toMatch(/say the same|%s/)
    }
  })
})

describe('recorded, and given in another way', () => {
  test('two logs as plain arguments are two hosts and one migration', async () => {
    const paths = ['a', 'b'].map((host) => fixture(`cases/30-two-logs-as-arguments/${host}/nova-compute.log`))
    const answer = await asked({ paths: [`${paths[0] ?? ''}.gz`, paths[1] ?? ''] })
    expect(answer.hosts.map(({ host }) => host)).toEqual(['nova1', 'nova2'])
    expect(answer.migrations).toMatchObject([{ from: 'nova1', to: 'nova2', outcome: 'completed' }])
    expect(answer.migrations).toHaveLength(1)
  })

  test('forced, and what the guest paid for it', async () => {
    const named = [`nova1=${fixture('cases/31-forced-pause/s.log')}`, `nova2=${fixture('cases/31-forced-pause/d.log')}`]
    const answer = await asked({ named })
    expect(answer.migrations).toMatchObject([
      { outcome: 'completed', acts: [{ what: 'timeout' }, { pausedMs: 12_026 }] },
    ])
    expect(words(answer)).toMatch(/orced to complete.*operator.*12\.03 s/)
  })

  test('"has moved" on a former source is no migration back', async () => {
    expect((await asked({ paths: [fixture('cases/32-moved-line-on-former-source')] })).migrations).toEqual([])
  })

  test('silence in the middle of a copy is named', async () => {
    const answer = await asked({ paths: [fixture('cases/33-silence-in-mid-copy')] })
    const silent = answer.migrations[0]?.causes.find(({ code }) => code === 'service-silent')
    expect(silent?.numbers['silentS']).toBe(50)
    expect(words(answer)).toMatch(/journalctl -u nova-compute/)
  })

  test('forced late, after a plateau: two lines say so', async () => {
    const answer = await asked({ paths: [fixture('cases/34-forced-after-plateau')] })
    expect(answer.migrations[0]?.causes.map(({ code }) => code)).toEqual([
      'guest-writes-faster-than-link',
      'forced-to-complete',
    ])
    expect(words(answer)).not.toMatch(/no line tells which/)
  })
})
