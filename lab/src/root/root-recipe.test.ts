import { expect, test } from 'vitest'

import { bootstrapCommand, chooseMirror, rootRecipe } from './root-recipe.ts'

test('each release has a root of its own, and a recipe always the same one', () => {
  expect(rootRecipe('trixie').id).not.toBe(rootRecipe('bookworm').id)
  expect(rootRecipe('trixie')).toEqual(rootRecipe('trixie'))
  expect(rootRecipe('trixie').id).toMatch(/^trixie-[0-9a-f]{12}$/)
})

test('an unknown release is refused by name', () => {
  expect(() => rootRecipe('jammy')).toThrow('"jammy"')
  expect(() => rootRecipe('toString')).toThrow(expect.objectContaining({ code: 'name-invalid' }))
})

test("the machine's own mirror is used; Debian's default is left to the tool", () => {
  const other = 'https://deb.nodesource.com/node_20.x . .\nhttp://mirror.example/debian/ Debian Debian\n'
  expect(chooseMirror(other)).toBe('http://mirror.example/debian')
  expect(chooseMirror('http://deb.debian.org/debian/ Debian Debian')).toBeNull()
  expect(chooseMirror('')).toBeNull()
})

test('the root is made of the packages of its recipe', () => {
  const recipe = rootRecipe('trixie')
  const command = bootstrapCommand(recipe, '/cache/new', 'http://mirror.example/debian')
  expect(command).toContain(`--include=${recipe.packages.join(',')}`)
  expect(command.slice(-3)).toEqual(['trixie', '/cache/new', 'http://mirror.example/debian'])
})

test('a root with Nova in it is another root, with all that a host has', () => {
  const plain = rootRecipe('trixie')
  const nova = rootRecipe('trixie', { nova: true })
  expect(nova.id).not.toBe(plain.id)
  expect(nova.packages).toEqual(expect.arrayContaining([...plain.packages, 'python3-nova', 'rabbitmq-server']))
  expect(rootRecipe('trixie', { nova: false })).toEqual(plain)
})

test('Nova is refused on a release that it was not tried on', () => {
  expect(() => rootRecipe('bookworm', { nova: true })).toThrow(/leave --release out/)
})
