import { describe, expect, test } from 'vitest'
import { readPrefix } from './prefix.ts'

const instance = '11111111-2222-4333-8444-555555555555'
const request = 'req-12341d4b-346a-40d0-83c6-5f4f6892b650'
const said = 'Migration operation has completed'
const at = Date.UTC(2026, 10, 23, 5, 38, 20, 19)
const start = '2026-11-23 05:38:20.019 8871 INFO nova.virt.libvirt.driver'

describe('the prefix of a line', () => {
  test.each([
    [
      'with a global request id',
      `${start} [None ${request} aaaauser bbbbproj - - default default] [instance: ${instance}] ${said}`,
      request,
    ],
    [
      'with both request ids',
      `${start} [req-00000000-346a-40d0-83c6-5f4f6892b650 ${request} u p - - default default] [instance: ${instance}] ${said}`,
      request,
    ],
    [
      'of older releases',
      `${start} [${request} aaaauser bbbbproj - default default] [instance: ${instance}] ${said}`,
      request,
    ],
    [
      'of older releases still',
      `${start} [${request} aaaauser bbbbproj - - -] [instance: ${instance}] ${said}`,
      request,
    ],
    ['without a context', `${start} [-] [instance: ${instance}] ${said}`, null],
    ['of a periodic task', `${start} [None ${request} - - - - - -] [instance: ${instance}] ${said}`, request],
    [
      'without a pid, as ostackhost writes it',
      `2026-11-23 05:38:20.019 INFO nova.virt.libvirt.driver [${request} u@d p - - -] [instance: ${instance}] ${said}`,
      request,
    ],
    ['behind syslog', `Nov 23 05:38:20 host nova-compute[123]: ${start} [-] [instance: ${instance}] ${said}`, null],
    [
      'behind RFC 5424',
      `2026-11-23T05:38:20.019321+00:00 host nova-compute 123 - - ${start} [-] [instance: ${instance}] ${said}`,
      null,
    ],
    [
      'with colours',
      `\u001B[00;36m${start} [-] \u001B[01;35m[instance: ${instance}] \u001B[00m${said}\u001B[00m`,
      null,
    ],
    ["with syslog's colours", `${start} [-] [instance: ${instance}] ${said}#033[00m`, null],
    ['with an end of Windows', `${start} [-] [instance: ${instance}] ${said}\r`, null],
    [
      'with a comma before the milliseconds',
      `${start.replace('20.019', '20,019')} [-] [instance: ${instance}] ${said}`,
      null,
    ],
  ])('%s', (_, line, asked) => {
    expect(readPrefix(line)).toMatchObject({
      at,
      level: 'INFO',
      logger: 'nova.virt.libvirt.driver',
      instance,
      request: asked,
      message: said,
    })
  })

  test('of a traceback has no context', () => {
    const line = `2026-11-23 05:38:20.019 8871 ERROR nova.compute.manager [instance: ${instance}]   File "x.py", line 1, in y`
    expect(readPrefix(line)).toMatchObject({ bare: true, instance, message: '  File "x.py", line 1, in y' })
    expect(readPrefix('2026-11-23 05:38:20.019 8871 ERROR oslo_messaging.rpc.server ')).toMatchObject({
      bare: true,
      message: '',
    })
  })

  test.each([
    ['no date', 'Traceback (most recent call last):'],
    ['a month that is none', `2026-13-23 05:38:20.019 8871 INFO nova [-] ${said}`],
    ['an hour that is none', `2026-11-23 25:38:20.019 8871 INFO nova [-] ${said}`],
    ['a context without an end', `${start} [${request} u p`],
    ['a date far into the line', `${'x'.repeat(500)}${start} [-] ${said}`],
    ['nothing', ''],
  ])('is none: %s', (_, line) => {
    expect(readPrefix(line)).toBeNull()
  })
})
