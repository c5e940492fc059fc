import { expect, test } from 'vitest'
import { configArgumentsIn } from './service-arguments.ts'

const file = (path: string) => ({ kind: 'file', path })
const directory = (path: string) => ({ kind: 'directory', path })
const compute = '[Service]\nExecStart=/usr/bin/nova-compute'

test.each<[readonly string[], unknown]>([
  [[compute], null],
  [
    [`${compute} --config-file=/etc/nova/a.conf --config-dir "/etc/nova/b.d" --config-file /c.conf\n`],
    [file('/etc/nova/a.conf'), directory('/etc/nova/b.d'), file('/c.conf')],
  ],
  [[`${compute} \\\n  --config-file /a.conf \\\n  --config-file /b.conf\n`], [file('/a.conf'), file('/b.conf')]],
  [
    [
      `${compute} --config-file /a.conf\n`,
      '[Service]\nExecStart=\nExecStart=/bin/nova-compute --config-file /b.conf\n',
    ],
    [file('/b.conf')],
  ],
  [[`${compute} --config-file /a.conf $OPTIONS\n`], null],
  [[`# ExecStart=/usr/bin/nova-compute --config-file /a.conf\n${compute}\n`], null],
])('%j', (texts, named) => {
  expect(configArgumentsIn(texts)).toEqual(named)
})
