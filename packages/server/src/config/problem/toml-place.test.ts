import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { placeInToml } from './toml-place.ts'

const text = `# hosts
[hosts.rack1-a]
uri = "a"
  link = "x"

[hosts."rack 2"]
uri = "b"

[intent]
max_pause = "1s"
[[intent.for]]
name = "a"
[[intent.for]]
name = "b"
preset = "loud"
[server]
listen = "x"
`
test('the text is TOML', () => expect(Object.keys(parse(text))).toEqual(['hosts', 'intent', 'server']))

test.each([
  [['hosts', 'rack1-a', 'link'], 4, 3],
  [['hosts', 'rack 2', 'uri'], 7, 1],
  [['intent', 'max_pause'], 10, 1],
  [['intent', 'for', 1, 'preset'], 15, 1],
  [['server', 'listen'], 17, 1],
])('%j stands where it was written', (path, line, column) => {
  expect(placeInToml(text, path)).toEqual({ line, column })
})

test('what is missing is looked for in the table that should have it', () => {
  expect(placeInToml(text, ['hosts', 'rack 2', 'link'])).toEqual({ line: 6, column: 1 })
  expect(placeInToml(text, ['hosts', 'rack9', 'uri'])).toBeNull()
})
