// A migration that fails once on real hosts, and who is told of it meanwhile: npm run test:monitoring
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { MigrationReport } from '@landfall/api'
import { HttpClient } from '@landfall/api'
import { openLab, startLibvirtd, stopLibvirtd } from '@landfall/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { raiseForSuite } from '../../laboratory/raise.ts'
import { busyGuest, now, slowLink, useGuest } from '../../support/guest.ts'
import type { SuiteLab } from '../../support/suite-lab.ts'
import { Monitored } from './monitored.ts'

const lab = `${process.env['LANDFALL_SUITE'] ?? 'monitoring'}-again`
let raised: SuiteLab & AsyncDisposable
/** Events that a receiver over HTTP was told, in their order. */
const heard: string[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
  request.on('end', () => {
    heard.push((JSON.parse(body) as { readonly type: string }).type)
    response.writeHead(204).end()
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  raised = await raiseForSuite(lab, { link: slowLink })
}, 180_000)
afterAll(async () => {
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
  await raised[Symbol.asyncDispose]()
})
const guest = useGuest(busyGuest, lab)

/** A webhook, and a program that writes each event and its outcome into a file. */
function notify(toldFile: string): string {
  const secret = join(raised.stateDirectory, 'secret')
  writeFileSync(secret, `whsec_${Buffer.alloc(32, 7).toString('base64')}`, { mode: 0o600 })
  const { port } = receiver.address() as AddressInfo
  return `
[notify]
[[notify.webhook]]
name = "monitoring"
url = "http://127.0.0.1:${port}/"
secret_file = "${secret}"
[[notify.command]]
name = "silence"
run = ["/bin/sh", "-c", 'echo "$LANDFALL_EVENT $LANDFALL_OUTCOME" >> ${toldFile}']
`
}

test('whose destination’s libvirtd is restarted in mid-copy is tried again and lands; others are told before the switchover and after the end', async () => {
  await using monitored = new Monitored()
  const toldFile = join(raised.stateDirectory, 'told')
  const hosts = `${readFileSync(openLab(lab).hostsFile, 'utf8')}${notify(toldFile)}`
  const client = new HttpClient(await monitored.service(hosts))

  const beganAt = now()
  const { to } = await guest.route()
  const wanted = { settings: { retries: '2' }, cold: false, novaConfig: [], namedAs: 'setting' } as const
  const { id } = await client.migrate({ guest: guest.name, to, wanted, confirm: true })
  let isRestarted = false
  let heardBefore: readonly string[] = []
  let report: MigrationReport | null = null
  for await (const { update } of client.updates(id)) {
    if (update.kind === 'ended') report = update.report
    if (update.kind === 'sample' && !isRestarted) {
      isRestarted = true
      await stopLibvirtd(lab, to)
      await startLibvirtd(lab, to)
    }
    if (update.kind === 'sample') heardBefore = [...heard]
  }
  expect(report).toMatchObject({ outcome: 'completed', destination: to, failedTries: [{ kind: 'daemons-parted' }] })
  await guest.livesOn(to, beganAt)
  // Told while it was still being copied; the end after all of it.
  expect(heardBefore).toEqual(expect.arrayContaining(['before-launch', 'switchover']))
  expect(heardBefore).not.toContain('ended')
  await expect.poll(() => heard.at(-1), { timeout: 60_000 }).toBe('ended')
  const told = (): readonly string[] => readFileSync(toldFile, 'utf8').trim().split('\n')
  await expect.poll(() => told().at(-1), { timeout: 60_000 }).toBe('ended completed')
  expect(heard.filter((event) => event === 'ended')).toHaveLength(1)
}, 600_000)
