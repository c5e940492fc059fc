import { expect, test } from 'vitest'
import { tokenRequest, tokensUrl } from './token-request.ts'

const url = 'http://keystone:5000'

test.each([
  ['http://h:5000', 'http://h:5000/v3/auth/tokens'],
  ['http://h:5000/', 'http://h:5000/v3/auth/tokens'],
  ['http://h:5000/v3', 'http://h:5000/v3/auth/tokens'],
  ['https://h/identity/v3/', 'https://h/identity/v3/auth/tokens'],
  ['https://h/identity', 'https://h/identity/v3/auth/tokens'],
  ['http://h:5000/v2.0', 'http://h:5000/v3/auth/tokens'],
])('%s is asked at %s', (from, expected) => {
  expect(tokensUrl(from)).toBe(expected)
})

test('a password, for a project', () => {
  const user = { name: 'admin', domain: { name: 'Default' } }
  const scope = { kind: 'project', project: { name: 'ops', domain: { id: 'default' } } } as const
  expect(tokenRequest({ kind: 'password', url, user, password: 'p', scope })).toEqual({
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'admin', domain: { name: 'Default' }, password: 'p' } },
      },
      scope: { project: { name: 'ops', domain: { id: 'default' } } },
    },
  })
})

test.each([
  [{ kind: 'system' }, { system: { all: true } }],
  [{ kind: 'domain', domain: { name: 'd' } }, { domain: { name: 'd' } }],
  [{ kind: 'trust', trustId: 't' }, { 'OS-TRUST:trust': { id: 't' } }],
  [{ kind: 'none' }, undefined],
] as const)('a token, for %o', (scope, expected) => {
  const request = tokenRequest({ kind: 'token', url, token: 't', scope })
  expect(request).toEqual({
    auth: {
      identity: { methods: ['token'], token: { id: 't' } },
      ...(expected === undefined ? {} : { scope: expected }),
    },
  })
})

test('an application credential names no scope: Keystone would refuse it', () => {
  const credential = { name: 'c', user: { id: 'u' } }
  expect(tokenRequest({ kind: 'application-credential', url, credential, secret: 's' })).toEqual({
    auth: {
      identity: {
        methods: ['application_credential'],
        application_credential: { name: 'c', user: { id: 'u' }, secret: 's' },
      },
    },
  })
})
