// The receiver of docs/operate.md, as it is written there, and what is sent to it.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { bodyOf, switchover } from './notification.ts'
import { readSecret, signed } from './signature.ts'

interface Receiver {
  readonly isGenuine: (secret: string, headers: Record<string, string>, body: string, now?: number) => boolean
}

const at = 1_700_000_000_000
const notification = switchover({ id: 'm1', guest: 'wéb1' }, null, at)
const body = bodyOf(notification)
const text = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`
const headers = (...bytes: readonly number[]) =>
  signed(
    bytes.flatMap((byte) => readSecret(text(byte)) ?? []),
    notification.id,
    at,
    body,
  )

let receiver: Receiver
beforeAll(async () => {
  const page = readFileSync(new URL('../../../../docs/operate.md', import.meta.url), 'utf8')
  const [, code] = /<!-- tried: receiver -->\n\n```js\n([^]*?)```/.exec(page) ?? []
  if (code === undefined) throw new Error('docs/operate.md has no receiver')
  receiver = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as Receiver
})

test('it takes what was sent by who has the secret, as it lies in the file', () => {
  expect(receiver.isGenuine(`${text(1)}\n`, headers(1), body, at)).toBe(true)
})

test('while the secret is changed it takes either', () => {
  expect([1, 2, 3].map((byte) => receiver.isGenuine(text(byte), headers(1, 2), body, at))).toEqual([true, true, false])
})

test('it takes nothing that was changed, is old, or was signed by another', () => {
  const { isGenuine } = receiver
  expect(isGenuine(text(1), headers(1), body.replace('switchover', 'ended'), at)).toBe(false)
  expect(isGenuine(text(1), { ...headers(1), 'webhook-id': 'msg_other' }, body, at)).toBe(false)
  expect(isGenuine(text(1), headers(1), body, at + 301_000)).toBe(false)
  expect(isGenuine(text(1), headers(2), body, at)).toBe(false)
  expect(isGenuine(text(1), {}, body, at)).toBe(false)
})
