import { setTimeout as delay } from 'node:timers/promises'
import { inHost, inHub, monotonicNowMs } from '@landfall/lab'
import type { Case } from '../case.ts'
import { fast, nothingArmed, small } from '../case.ts'
import { end, landfall, reportOf } from '../command.ts'
import { instance, newest, outcome, reached, until } from '../instance.ts'

const moves = 20
const observed = 10

/** Writes to Nova that its API logged: once as answered, beside Nova's own line of the same. */
const novaWrites = async (lab: string): Promise<readonly string[]> =>
  (
    await inHub(lab, [
      'sh',
      '-c',
      'grep -hE "(POST|PUT|DELETE|PATCH) /v2.1/.* => generated" /var/log/landfall/nova.log || true',
    ])
  )
    .split('\n')
    .filter((line) => line !== '')

/** Calls of libvirt's API that change something in a guest or its job. */
const changing =
  'virDomain(MigrateSetMaxDowntime|MigrateSetMaxSpeed|MigrateStartPostCopy|AbortJob|Suspend|Resume|QemuMonitorCommand|SetMetadata|Shutdown|Destroy|Undefine|MigrateToURI|MigratePerform|StartDirtyRateCalc)'

export const many: Readonly<Record<string, Case>> = {
  twenty: {
    what: `${moves} migrations by landfall migrate, from host to host and back`,
    guest: small('small1'),
    options: nothingArmed,
    link: fast,
    run: async (first, hostsFile) => {
      const each = []
      for (let number = 1; number <= moves; number++) {
        const of = await instance(first.lab, small('small1'))
        const since = monotonicNowMs()
        const running = landfall(hostsFile, ['migrate', of.id, '--to', of.to, '--json'])
        const exitCode = await running.ended
        const after = await outcome(of, since)
        const right = exitCode === 0 && after.right && after.novaHost === of.to && after.record === 'completed'
        const report = reportOf(running.printed())
        each.push({
          number,
          right,
          exitCode,
          jobMs: report?.totalTimeMs,
          after,
          ...(right ? {} : { told: running.told() }),
        })
        console.error(`  ${number}/${moves}: ${right ? 'right' : 'NOT RIGHT'}, job ${report?.totalTimeMs} ms`)
      }
      const right = each.filter((one) => one.right).length
      return {
        asExpected: right === moves,
        words: `${right} of ${moves} right in Nova, libvirt and the guest`,
        figures: each,
      }
    },
  },
  observe: {
    what: `landfall steer --observe beside ${observed} migrations of Nova’s: no write of its own`,
    guest: small('small1'),
    options: nothingArmed,
    link: '100Mbit',
    run: async (first, hostsFile) => {
      const { lab } = first
      const log = '/var/log/landfall/bench-libvirt.log'
      for (const host of ['host1', 'host2'])
        await inHost(lab, host, [
          'sh',
          '-c',
          `rm -f ${log}; virt-admin -c libvirtd:///system daemon-log-outputs "1:file:${log}" && virt-admin -c libvirtd:///system daemon-log-filters "1:libvirt 3:*"`,
        ])
      const steer = landfall(hostsFile, ['steer', '--observe'])
      await until(() => Promise.resolve(steer.told().includes('Ctrl-C')), 60_000)
      const writesBefore = (await novaWrites(lab)).length
      let right = 0
      for (let number = 1; number <= observed; number++) {
        const of = await instance(lab, small('small1'))
        const before = await newest(of)
        const since = monotonicNowMs()
        await of.cloud.compute.actions.liveMigrate(of.id, { host: of.to })
        await reached(of, before, 'ended')
        const after = await outcome(of, since)
        if (after.right && after.novaHost === of.to) right++
        await delay(500)
      }
      await end(steer)
      const writes = (await novaWrites(lab)).slice(writesBefore)
      // Nova itself asks for the migration, its speed and its downtime, over its own connection: told apart by the caller's thread.
      const calls = await Promise.all(
        ['host1', 'host2'].map((host) =>
          inHost(lab, host, [
            'sh',
            '-c',
            `grep -oE "${changing}[A-Za-z0-9]*:[0-9]+" ${log} | sed 's/:[0-9]*$//' | sort | uniq -c || true`,
          ]),
        ),
      )
      const seen = steer
        .told()
        .split('\n')
        .filter((line) => line.includes('observed')).length
      const foreign =
        calls
          .join('\n')
          .match(/AbortJob|Suspend|Resume|QemuMonitorCommand|StartPostCopy|SetMaxSpeed|SetMetadata|DirtyRate/g) ?? []
      return {
        asExpected: right === observed && writes.length === observed && foreign.length === 0,
        words: `${right} of ${observed} right, ${seen} observed; Nova’s API logged ${writes.length} writes for ${observed} requests of the bench; libvirt's changing calls: ${calls.map((text) => text.trim().replaceAll(/\s+/g, ' ')).join(' | ')}`,
        figures: { right, seen, writes, calls, told: steer.told() },
      }
    },
  },
}
