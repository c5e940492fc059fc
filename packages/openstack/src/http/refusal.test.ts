import { expect, test } from 'vitest'
import { refusal } from './refusal.ts'

const request = { method: 'POST', url: 'http://h/servers/1/action?x=1' } as const
const refused = (status: number, body: string, headers: Record<string, string> = {}) =>
  refusal('compute', request, { status, headers, body })

test.each([
  [
    'Nova',
    409,
    '{"conflictingRequest": {"code": 409, "message": "Instance 1 is locked"}}',
    'OPENSTACK_CONFLICT',
    'conflictingRequest',
    'Instance 1 is locked',
  ],
  [
    'Keystone',
    401,
    '{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}',
    'OPENSTACK_UNAUTHORIZED',
    'Unauthorized',
    'The request you have made requires authentication.',
  ],
  [
    'Neutron',
    404,
    '{"NeutronError": {"type": "PortNotFound", "message": "Port 1 could not be found.", "detail": ""}}',
    'OPENSTACK_NOT_FOUND',
    'PortNotFound',
    'Port 1 could not be found.',
  ],
  [
    'Placement',
    409,
    '{"errors": [{"status": 409, "title": "Conflict", "detail": "consumer generation conflict  ", "code": "placement.concurrent_update", "request_id": "req-p"}]}',
    'OPENSTACK_CONFLICT',
    'placement.concurrent_update',
    'consumer generation conflict',
  ],
  [
    'a proxy',
    503,
    '<html><style>a{}</style><h1>503 Service Unavailable</h1>\nNo server is available.</html>',
    'OPENSTACK_UNAVAILABLE',
    null,
    '503 Service Unavailable No server is available.',
  ],
  ['nothing', 500, '', 'OPENSTACK_SERVER_ERROR', null, null],
  ['JSON that says nothing', 418, '[1]', 'OPENSTACK_UNEXPECTED_STATUS', null, null],
])('what %s says of a refusal is kept', (_who, status, body, code, fault, details) => {
  expect(refused(status, body)).toMatchObject({ code, status, fault, details, url: 'http://h/servers/1/action' })
})

test('the request ID is part of the message, wherever it stands', () => {
  const body = '{"badRequest": {"code": 400, "message": "No."}}'
  expect(refused(400, body, { 'x-compute-request-id': 'req-c' }).message).toBe('compute 400: No. [req-c]')
  expect(refused(409, '{"errors": [{"detail": "d", "request_id": "req-p"}]}').requestId).toBe('req-p')
})

test('how long to wait is told where the service says it', () => {
  expect(refused(429, '{}', { 'retry-after': '7' }).retryAfterSeconds).toBe(7)
  expect(refused(429, '{}').retryAfterSeconds).toBeNull()
})
