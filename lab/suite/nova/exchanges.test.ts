import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fetchTransport } from '@landfall/openstack'
import { converse, recording } from '@landfall/openstack/testing'
import { expect, test } from 'vitest'
import { addInstance, openCloud, removeInstance, waitForProgress } from '@landfall/lab'
import { lab } from './nova-support.ts'

/** Where what is said is kept; packages/openstack/test/golden/nova-31.json was written so. */
const file = process.env['LANDFALL_RECORD_EXCHANGES']

test('a real cloud answers all that is asked of it', async () => {
  await addInstance(lab, { name: 'asked1', memory: '768MiB', writeSet: '500MiB' })
  try {
    await waitForProgress(lab, 'asked1', { deadlineMs: 120_000 })
    const { transport, exchanges } = recording(fetchTransport())
    const told = await converse(await openCloud(lab, { transport }), 'asked1', () => delay(1000))
    expect(told.seen.map(({ status }) => status)).toContain('running')
    expect(told.after).toMatchObject({ status: 'ACTIVE', host: 'host1' })
    if (file !== undefined) await writeFile(file, `${JSON.stringify(exchanges, null, 1)}\n`)
  } finally {
    await removeInstance(lab, 'asked1')
  }
}, 400_000)
