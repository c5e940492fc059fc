import { expect, test } from 'vitest'
import { callerByClaims } from './people.ts'

const access = {
  issuer: 'https://id.example',
  audience: 'landfall',
  nameClaim: 'sub',
  scopeClaim: 'groups',
  scopes: { read: ['everybody'], operate: ['operators'], admin: ['admins'] },
} as const

test('the value that permits most holds, in a list or in the words of a text', () => {
  const groups = ['everybody', 'admins', 'operators']
  expect(callerByClaims({ sub: 'ann', groups }, access)).toEqual({ name: 'oidc:ann', scope: 'admin' })
  expect(callerByClaims({ sub: 'ann', groups: 'operators others' }, access).scope).toBe('operate')
})

test('a claim inside an object is found by its path, one with dots in its name by its name', () => {
  const inside = { ...access, scopeClaim: 'realm_access.roles', nameClaim: 'https://id.example/name' }
  const claims = { 'https://id.example/name': 'ann', realm_access: { roles: ['operators'] } }
  expect(callerByClaims(claims, inside)).toEqual({ name: 'oidc:ann', scope: 'operate' })
})

test.each([[undefined], [[]], ['operators-not'], [{ operators: true }], [7], [['Operators']]])(
  '%j permits nothing',
  (groups) => {
    expect(() => callerByClaims({ sub: 'ann', groups }, access)).toThrow(
      expect.objectContaining({ code: 'scope-too-small' }),
    )
  },
)

test('nothing that every object has is a claim', () => {
  const inherited = { ...access, scopeClaim: 'constructor.name', scopes: { ...access.scopes, admin: ['Object'] } }
  expect(() => callerByClaims({ sub: 'ann' }, inherited)).toThrow(/permits nothing/)
})

test.each([undefined, '', 5, 'a\nb', 'x'.repeat(201)])('%j names nobody', (sub) => {
  expect(() => callerByClaims({ sub, groups: ['admins'] }, access)).toThrow(
    expect.objectContaining({ code: 'unknown-token' }),
  )
})
