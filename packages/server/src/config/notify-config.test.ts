import { expect, test } from 'vitest'
import { readConfigFile } from './config-file.ts'
import { notifyKeys } from './notify-config.ts'

const read = (text: string) => readConfigFile(`[hosts.a]\nuri = "qemu:///system"\n${text}\n`, 'landfall.toml').notify

const webhook = `[[notify.webhook]]
name = "monitoring"
url = "https://monitoring.example/landfall?key=k"
secret_file = "/etc/landfall/notify.secret"`
const command = `[[notify.command]]\nname = "silence"\nrun = ["/usr/local/bin/silence", "--for", "10m"]`

test('a file that says nothing of it tells nobody', () => {
  expect(read('')).toBeNull()
})

test('a webhook and a command are told everything unless they choose, and a launch waits for two seconds at most', () => {
  const all = ['before-launch', 'switchover', 'ended']
  expect(read(`${webhook}\n${command}\nevents = ["ended"]`)).toEqual({
    launchWaitsMs: 2000,
    switchoverLeadMs: 10_000,
    webhooks: [
      {
        name: 'monitoring',
        events: all,
        url: 'https://monitoring.example/landfall?key=k',
        secretFile: '/etc/landfall/notify.secret',
        timeoutMs: 5000,
        retryForMs: 900_000,
      },
    ],
    commands: [
      { name: 'silence', events: ['ended'], run: ['/usr/local/bin/silence', '--for', '10m'], timeoutMs: 10_000 },
    ],
  })
})

test.each([
  ['[notify]\nlaunch_waits = "31s"', /line 4, column 1: notify\.launch_waits: "31s" is not a duration from 0/],
  ['[notify]\nlaunch_waits = "soon"', /notify\.launch_waits: "soon" is not a duration/],
  [`${webhook}\n${webhook}`, /two targets have the name "monitoring"/],
  [`${webhook}\nretries = 3`, /line 7, column 1: notify\.webhook\.0: .*retries/],
  [`${webhook}\nevents = ["started"]`, /line 7, column 1: notify\.webhook\.0\.events/],
  [`${command}\n${command.replace('"/usr', '"usr').replace('silence"', 'other"')}`, /line 8.*notify\.command\.1\.run/],
  [
    webhook.replace('https', 'file'),
    /line 5, column 1: notify\.webhook\.0\.url: it has to be an address that begins with/,
  ],
  [webhook.replace('//m', '//user:secret@m'), /notify\.webhook\.0\.url: .*without a user and a password/],
  [webhook.replace('"/etc', '"etc'), /line 6, column 1: notify\.webhook\.0\.secret_file: an absolute path/],
])('%s is refused with the line of its key', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('no message about a webhook tells its address, which may hold a password', () => {
  const wrong = [`${webhook}\n${webhook}`, `${webhook}\nretries = 3`, webhook.replace('https', 'file')]
  const messages = wrong.map((text) => {
    try {
      return JSON.stringify(read(text))
    } catch (error) {
      return String(error)
    }
  })
  expect(messages.filter((message) => message.includes('bad-config') || message.includes('notify'))).toHaveLength(3)
  expect(messages.filter((message) => message.includes('key=k'))).toEqual([])
})

test('every key but the lists of targets has a meaning for the manual', () => {
  expect(notifyKeys.notify.map(({ key }) => key)).toEqual(['launch_waits', 'switchover_lead'])
  expect(notifyKeys.webhook.map(({ key, byDefault }) => [key, byDefault])).toEqual([
    ['name', null],
    ['events', '["before-launch","switchover","ended"]'],
    ['url', null],
    ['secret_file', null],
    ['timeout', '"5s"'],
    ['retry_for', '"15m"'],
  ])
})
