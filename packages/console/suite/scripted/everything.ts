import { ScriptedClient } from './client.ts'
import { drainUnderWay } from './drains.ts'
import { guest, host, silentHost } from './fleet.ts'
import { detailEnded, detailFollowed, detailUnderWay, followed, report, underWay } from './migrations.ts'
import { novasInAgreement, novasThatDiffers } from './novas.ts'

/** A fleet with one of everything: hosts that answer and one that does not, migrations that run, wait and have ended. */
export function fleetOfEverything(): ScriptedClient {
  const client = new ScriptedClient()
  client.fleet = [
    host('host1', { nova: 'steered' }),
    host('host2', { runningGuests: 9, availableBytes: 41 * 1024 ** 3, nova: 'observed' }),
    { ...silentHost, nova: 'observed' },
  ]
  client.guests = [
    guest('web1', { migrating: false }),
    guest('web2'),
    guest('db1', { host: 'host2', labels: { tier: 'db', owner: 'shop' }, vcpus: 8, memoryBytes: 64 * 1024 ** 3 }),
    guest('cache3', { host: 'host2', migrating: true }),
    guest('build7', { state: 'shutoff' }),
  ]
  const queued = underWay('m2', {
    guest: 'db1',
    status: 'queued',
    sample: null,
    outlook: null,
    waitingFor: { source: 'host1', guests: ['web1'], most: { count: 1, from: 'nova.conf' } },
  })
  const observed = followed('m3', {
    guest: 'instance-0000002a',
    nova: novasThatDiffers(),
  })
  const steered = underWay('m4', {
    guest: 'instance-0000002b',
    role: { origin: 'found', hands: 'on' },
    nova: novasInAgreement(),
  })
  client.under = [underWay('m1'), queued, observed, steered]
  client.novas.set('m3', novasThatDiffers()).set('m4', novasInAgreement())
  client.past = [
    report('m0'),
    report('m9', {
      guest: 'old1',
      outcome: 'aborted',
      strategy: null,
      predicted: null,
      totalTimeMs: 4200,
      downtimeMs: null,
      reason: { code: 'asked', message: 'aborted: asked for in the console' },
    }),
  ]
  client.details
    .set('m3', detailFollowed(observed))
    .set('m4', detailUnderWay(steered))
    .set('m1', detailUnderWay(underWay('m1')))
    .set('m2', { state: 'under-way', now: queued, soFar: null })
  for (const ended of client.past) client.details.set(ended.id, detailEnded(ended))
  client.drained = [drainUnderWay('host1')]
  return client
}
