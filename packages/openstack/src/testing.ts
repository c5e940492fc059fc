/**
 * For tests of what uses this package: a cloud that speaks HTTP and does what it is told, and recorded conversations.
 *
 * @module
 */
export { FakeCloud } from './testing/fake-cloud.ts'
export type { Answer, Asked, Responder } from './testing/fake-cloud.ts'
export { converse } from './testing/conversation.ts'
export type { Told } from './testing/conversation.ts'
export { recording, replaying } from './testing/recorded.ts'
export type { Exchange } from './testing/recorded.ts'
