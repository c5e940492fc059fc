import { expect, test } from 'vitest'
import { iniText } from './ini.ts'

test('sections and their options, in their order', () => {
  const text = iniText({ DEFAULT: { debug: true, my_ip: '10.0.0.1' }, libvirt: { live_migration_downtime: 500 } })
  expect(text).toBe('[DEFAULT]\ndebug = true\nmy_ip = 10.0.0.1\n\n[libvirt]\nlive_migration_downtime = 500\n')
})

test('nothing is nothing', () => {
  expect(iniText({})).toBe('')
})
