import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpClient } from '@landfall/api'
import { monotonicNowMs } from '@landfall/lab'
import { openStore } from '@landfall/server'
import { Server, tokenIn } from '../../kills/servers.ts'
import type { Case, Shown } from '../case.ts'
import { busy, fast, nothingArmed } from '../case.ts'
import type { Instance } from '../instance.ts'
import { jobOf, newest, outcome, until } from '../instance.ts'

const wanted = { settings: { 'max-pause': '10s' }, cold: false, novaConfig: [], namedAs: 'option' } as const

/**
 * Asked of a service that is killed as soon as Nova has a record of it, long before libvirt's job, and started again: it has to go on
 * with that migration, by what was asked for, and ask for no second one.
 */
async function killed(of: Instance, hostsFile: string): Promise<Shown> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-nova-service-'))
  const storePlace = join(folder, 'landfall.db')
  await using store = openStore(storePlace)
  const token = await tokenIn(store)
  const hosts = readFileSync(hostsFile, 'utf8')
  const service = await Server.at({ name: 'service', hosts, folder, store: storePlace })
  try {
    await service.start()
    const client = new HttpClient({ url: service.url, token })
    const [before, since] = [await newest(of), monotonicNowMs()]
    const { id } = await client.migrate({ guest: of.id, to: of.to, wanted, confirm: false })
    if (!(await until(async () => (await newest(of))?.id !== before?.id, 120_000, 50)))
      throw new Error('Nova was not asked')
    await service.kill()
    const asked = await newest(of)
    const isCopied = !((await jobOf(of, of.from)).get('Job type') ?? 'None').includes('None')
    await service.start()
    const ended = await until(async () => (await client.report(id)).report.outcome !== undefined, 240_000, 500)
    const report = ended ? (await client.report(id)).report : null
    const after = await outcome(of, since, { sweep: true })
    const isOnlyOne = (await newest(of))?.id === asked?.id
    return {
      asExpected: !isCopied && isOnlyOne && after.right && after.novaHost === of.to && report?.outcome === 'completed',
      words:
        `killed while Nova's record was ${asked?.statusAsSent ?? '?'}${isCopied ? ', and copied already' : ''}; ` +
        `Landfall ${report?.outcome ?? 'gave no report'} by ${report?.strategy ?? '?'}, ${isOnlyOne ? 'Nova was asked once' : 'NOVA WAS ASKED TWICE'}; ` +
        `Nova ${after.record}, ${after.status} on ${after.novaHost}`,
      figures: { asked, report, after, log: readFileSync(service.log, 'utf8').slice(-20_000) },
    }
  } finally {
    await service.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

export const service: Readonly<Record<string, Case>> = {
  'service-killed': {
    what: 'landfall serve killed between Nova’s answer and libvirt’s job, and started again; a pause of 10 s allowed',
    breaks: true,
    guest: busy,
    options: nothingArmed,
    link: fast,
    run: killed,
  },
}
