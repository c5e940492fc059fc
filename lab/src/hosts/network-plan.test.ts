import { expect, test } from 'vitest'

import { chooseSubnet, hostAddress, hostsFile, hubAddress, machineAddress, shapeCommand } from './network-plan.ts'

test('the first subnet that neither the machine nor a laboratory uses is taken', () => {
  const machine = 'eth0 UP 192.0.2.2/24\nlf1 UP 10.87.1.254/24\n10.87.3.0/24 via 192.0.2.1 dev eth0'
  expect(chooseSubnet(machine, []).prefix).toBe('10.87.2')
  expect(chooseSubnet(machine, ['10.87.2']).prefix).toBe('10.87.4')
})

test('a subnet whose number begins like a used one is still free', () => {
  expect(chooseSubnet('10.87.11.0/24 dev eth0', []).prefix).toBe('10.87.1')
})

test('with all subnets in use, that is said', () => {
  const all = Array.from({ length: 255 }, (_, n) => `10.87.${n}`)
  expect(() => chooseSubnet('', all)).toThrow(expect.objectContaining({ code: 'subnets-exhausted' }))
})

test('the addresses of hosts, hub and machine never meet', () => {
  const subnet = { prefix: '10.87.9' }
  const hosts = Array.from({ length: 64 }, (_, i) => hostAddress(subnet, i + 1))
  expect(new Set([...hosts, hubAddress(subnet), machineAddress(subnet)]).size).toBe(66)
})

test('a link is shaped to its rate with a bucket that lets the rate through', () => {
  const command = shapeCommand('eth0', 8e8).join(' ')
  expect(command).toBe('qdisc replace dev eth0 root tbf rate 800000000bit burst 400000b latency 20ms')
  expect(shapeCommand('eth0', 1e8).join(' ')).toContain('burst 262144b')
})

test('an unshaped link has no queueing discipline of its own', () => {
  expect(shapeCommand('eth0', null)).toEqual(['qdisc', 'del', 'dev', 'eth0', 'root'])
})

test('every host knows every host by name', () => {
  const text = hostsFile([{ name: 'host1', address: '10.87.9.11' }], { prefix: '10.87.9' })
  expect(text).toBe('127.0.0.1 localhost\n10.87.9.1 hub\n10.87.9.254 machine\n10.87.9.11 host1\n')
})
