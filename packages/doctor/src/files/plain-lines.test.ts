import { describe, expect, test } from 'vitest'
import { plainLines } from './plain-lines.ts'

const guest = '11111111-2222-4333-8444-555555555555'
const request = 'req-12341d4b-346a-40d0-83c6-5f4f6892b650'

describe('one line of JSON is', () => {
  test("oslo.log's own words, with what they are about and the traceback", () => {
    const line = {
      message: 'Live migration failed.',
      asctime: '2026-11-23 06:10:01',
      msecs: 378.2,
      levelname: 'ERROR',
      name: 'nova.compute.manager',
      process: 8871,
      traceback: ['Traceback (most recent call last):', 'libvirt.libvirtError: x'],
      context: { request_id: request, global_request_id: null },
      extra: { instance: `[instance: ${guest}] ` },
    }
    const head = '2026-11-23 06:10:01.378 8871 ERROR nova.compute.manager'
    expect(plainLines(JSON.stringify(line))).toEqual([
      `${head} [${request}] [instance: ${guest}] Live migration failed.`,
      `${head} [instance: ${guest}] Traceback (most recent call last):`,
      `${head} [instance: ${guest}] libvirt.libvirtError: x`,
    ])
  })

  test('a line of the journal, with the host that wrote it', () => {
    const said = '2026-11-23 06:10:01.378 8871 INFO nova.compute.manager [-] x'
    const line = {
      MESSAGE: said,
      _HOSTNAME: 'cmp1',
      SYSLOG_IDENTIFIER: 'nova-compute',
      _PID: '8871',
      __REALTIME_TIMESTAMP: '1795500601378000',
    }
    expect(plainLines(JSON.stringify(line))).toEqual([`2026-11-24T06:10:01.378Z cmp1 nova-compute[8871]: ${said}`])
    expect(plainLines(JSON.stringify({ MESSAGE: [...Buffer.from('a\u001B[0m')] }))).toEqual(['a\u001B[0m'])
  })

  test("a container's", () => {
    expect(plainLines('{"log":"x\\n","stream":"stderr","time":"2026-11-23T06:10:01.3Z"}')).toEqual(['x'])
  })

  test.each(['x', '{', '[1]', '{"a": 1}', 'null', '{"MESSAGE": null}'])('nothing of that: %s', (line) => {
    expect(plainLines(line)).toBeNull()
  })
})
