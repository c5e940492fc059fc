import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { IssuerDocument } from './issuer-document.ts'

/** An issuer that says what a test lets it say, and counts how often it is asked. */
async function issuer(told: (url: string) => object | null) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const answer = told(url)
    response.writeHead(answer === null ? 503 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on TCP.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => void server.close())
  return { url, asked }
}

test('all who need it share one answer', async () => {
  const { url, asked } = await issuer((own) => ({ issuer: own, jwks_uri: `${own}/keys`, token_endpoint: `${own}/t` }))
  const document = new IssuerDocument(url)
  const [one, other] = await Promise.all([document.told(), document.told()])
  expect(one).toMatchObject({ issuer: url, jwks_uri: `${url}/keys`, token_endpoint: `${url}/t` })
  expect([other, await document.told()]).toEqual([one, one])
  expect(asked).toEqual(['/.well-known/openid-configuration'])
})

test('an issuer that did not answer is asked again by the next', async () => {
  let isAway = true
  const { url } = await issuer((own) => (isAway ? null : { issuer: own, jwks_uri: `${own}/keys` }))
  const document = new IssuerDocument(url)
  await expect(document.told()).rejects.toThrow('it answered with 503')
  isAway = false
  expect(await document.told()).toMatchObject({ issuer: url })
})

test.each([
  [
    'another name',
    () => ({ issuer: 'https://other.example', jwks_uri: 'https://other.example/keys' }),
    'it calls itself',
  ],
  ['no keys', (own: string) => ({ issuer: own }), 'its jwks_uri is none'],
  ['keys of another kind', (own: string) => ({ issuer: own, jwks_uri: 'file:///keys' }), 'its jwks_uri is none'],
])('one with %s is not taken', async (_what, told, why) => {
  const { url } = await issuer(told)
  await expect(new IssuerDocument(url).told()).rejects.toThrow(why)
})
