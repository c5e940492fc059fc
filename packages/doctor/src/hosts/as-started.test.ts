import { describe, expect, test } from 'vitest'
import { asStarted } from './as-started.ts'
import { hostLayout } from './host-layout.ts'

/** Of a host that has these files, and may have no others. */
const started = (files: Readonly<Record<string, string>>) =>
  asStarted(hostLayout(Object.keys(files)), (path) => {
    const text = files[path]
    return text === undefined ? { what: 'absent' } : { what: 'text', text }
  })

const unit = 'systemd/system/nova-compute.service'
const downtime = 'OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME'
const compute = 'ExecStart=/usr/bin/nova-compute'
const sets = (value: number, more = '') => `[Service]\n${compute}\nEnvironment=${downtime}=${value}\n${more}`

describe('of the files of a unit', () => {
  test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    [
      "the administrator's replaces that of the package",
      { [`lib/${unit}`]: sets(700), [`etc/${unit}`]: `[Service]\n${compute}\n` },
      undefined,
    ],
    ["and so does one of this start's", { [`usr/lib/${unit}`]: sets(700), [`run/${unit}`]: sets(800) }, '800'],
    ['what was put over it is kept', { [`lib/${unit}`]: sets(700), [`lib/${unit}.d/a.conf`]: sets(800) }, '800'],
    [
      'the last name counts, whichever folder it lies in',
      { [`lib/${unit}`]: sets(700), [`etc/${unit}.d/10.conf`]: sets(800), [`lib/${unit}.d/20.conf`]: sets(900) },
      '900',
    ],
    [
      'of the same name, that of the administrator counts',
      { [`lib/${unit}.d/10.conf`]: sets(800), [`etc/${unit}.d/10.conf`]: '[Service]\nNice=1\n', [`lib/${unit}`]: '' },
      undefined,
    ],
    [
      'an empty line takes back what was set before',
      { [`lib/${unit}`]: sets(700), [`etc/${unit}.d/a.conf`]: '[Service]\nEnvironment=\n' },
      undefined,
    ],
    [
      'what is taken away is gone',
      { [`lib/${unit}`]: sets(700), [`etc/${unit}.d/a.conf`]: `[Service]\nUnsetEnvironment=${downtime}\n` },
      undefined,
    ],
    [
      'what is taken away with its value is gone',
      { [`lib/${unit}`]: sets(700, `UnsetEnvironment=A "${downtime}=700"\n`) },
      undefined,
    ],
    [
      'what is taken away with another value stays',
      { [`lib/${unit}`]: sets(700, `UnsetEnvironment=${downtime}=800\n`) },
      '700',
    ],
  ])('%s', (_what, files, value) => {
    expect(started(files).environment[downtime]).toBe(value)
  })

  test("its command line is the administrator's alone", () => {
    const { configs } = started({
      'etc/nova/nova.conf': '',
      'etc/nova/own.conf': '',
      [`lib/${unit}`]: `[Service]\n${compute} --config-file /etc/nova/own.conf\n`,
      [`etc/${unit}`]: `[Service]\n${compute}\n`,
    })
    expect(configs).toEqual(['etc/nova/nova.conf'])
  })
})

/** By a unit with that line. */
const of = (line: string, files: Readonly<Record<string, string>> = {}) =>
  started({ [`lib/${unit}`]: sets(700, `${line}\n`), ...files })

describe('a variable that is passed on from systemd itself', () => {
  const passing = (lines: string) =>
    started({ [`lib/${unit}`]: `[Service]\n${compute}\nPassEnvironment=LANG ${downtime}\n${lines}` })

  test('has a value that no file says: that is told, with the unit and its name', () => {
    expect(passing('').unread).toEqual([`lib/${unit} (PassEnvironment=${downtime})`])
    expect(passing(`UnsetEnvironment=${downtime}=700\n`).unread).toHaveLength(1)
  })

  test.each([
    ['set by the unit', `Environment=${downtime}=700\n`],
    ['taken away', `UnsetEnvironment=${downtime}\n`],
    ['taken back', 'PassEnvironment=\n'],
    ['of another program', `PassEnvironment=\nPassEnvironment=OS_USERNAME\n`],
  ])('leaves nothing open where it is %s', (_what, lines) => {
    expect(passing(lines).unread).toEqual([])
  })
})

describe('a file of variables', () => {
  test.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['counts more than the unit', 'EnvironmentFile=/opt/a.env', { 'opt/a.env': `${downtime}=800\n` }, '800'],
    [
      'of which two are named: the last',
      'EnvironmentFile=/a\nEnvironmentFile=/b',
      { a: `${downtime}=1`, b: `${downtime}=2` },
      '2',
    ],
    [
      'named after the unit',
      'EnvironmentFile=-/etc/default/%p',
      { 'etc/default/nova-compute': `${downtime}=800` },
      '800',
    ],
    ['that was taken back', 'EnvironmentFile=/a\nEnvironmentFile=', { a: `${downtime}=1` }, '700'],
    ['that no unit names counts for nothing', '', { 'etc/default/nova-compute': `${downtime}=800` }, '700'],
    ['with an export, which is none of its words', 'EnvironmentFile=/a', { a: `export ${downtime}=1` }, '700'],
    ['and may be missing where that is said', 'EnvironmentFile=-/a', {}, '700'],
  ])('%s', (_what, line, files, value) => {
    expect(of(line, files)).toMatchObject({ environment: { [downtime]: value }, unread: [] })
  })

  test.each(['/a', '-/etc/nova/*.env', '-/run/%i'])('%s, which is not there or not known, is told', (path) => {
    expect(of(`EnvironmentFile=${path}`).unread).toHaveLength(1)
  })

  test('that an init script takes in counts, and where no unit was found', () => {
    const file = { 'etc/default/nova-compute': `export ${downtime}=800\n` }
    const script = { [`lib/${unit}`]: '[Service]\nExecStart=/etc/init.d/nova-compute systemd-start\n' }
    expect(started({ ...file, ...script }).environment).toEqual({ [downtime]: '800' })
    expect(started(file).environment).toEqual({ [downtime]: '800' })
  })

  test('is none of a container', () => {
    expect(of('', { 'etc/kolla/nova-compute/nova.conf': '' }).environment).toEqual({})
  })
})
