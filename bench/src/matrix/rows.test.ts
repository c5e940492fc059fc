import { describe, expect, test } from 'vitest'
import { guestSpec } from '@landfall/lab'
import { contenders } from './contenders.ts'
import { checkedPerSecond, coreMachine, longestRunMs, settlesMs } from './machine.ts'
import { minutesOf, rowOf, rows, runsOf } from './rows.ts'
import { guestOf, workloadOf, workloads } from './workloads.ts'

describe('the wide matrix', () => {
  test('has every workload and every contender that the core leaves out in some row', () => {
    const wide = [...workloads, ...contenders].filter(({ matrix }) => matrix === 'wide').map(({ name }) => name)
    const inRows = rows.flatMap((row) => [...row.workloads, ...row.contenders])
    expect(wide.filter((name) => !inRows.includes(name))).toEqual([])
  })

  test('has guests that can be started, on links that their rates are shares of', () => {
    for (const { machine, workloads: named } of rows)
      for (const workload of named)
        expect(guestSpec(guestOf(workloadOf({ workload }), machine, 'g', 'host1')).memoryBytes).toBe(
          machine.memoryMiB * 2 ** 20,
        )
  })

  test('has contenders that there are, and no run of its own over twice', () => {
    const names = contenders.map(({ name }) => name)
    for (const row of rows) {
      expect(row.contenders.filter((name) => !names.includes(name))).toEqual([])
      expect(runsOf(row)).toBe(new Set(row.workloads).size * new Set(row.contenders).size)
    }
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  })

  test('is run in an evening', () => {
    const minutes = rows.reduce((sum, row) => sum + minutesOf(row), 0)
    expect(minutes).toBeLessThan(5 * 60)
    expect(longestRunMs(rowOf('200-mbit').machine)).toBeGreaterThan(100_000)
  })

  test.each([
    ['nova', 6.6],
    ['fixed-rate', 4.1],
    ['plain-and-ovirt', 7.7],
    ['kubevirt', 5.2],
    ['unshaped', 4.8],
  ])('predicts within a third how long %s takes: %s minutes were measured', (name, measured) => {
    const predicted = minutesOf(rowOf(name))
    expect(Math.abs(predicted - measured)).toBeLessThan(measured / 3)
  })

  test('has guests of the kind that its results were made with, and the core has one that KVM runs', () => {
    const task = workloadOf({ workload: 'dense 2 × B' })
    expect(guestOf(task, rowOf('dense').machine, 'g', 'host1')).toMatchObject({ guest: 'rom', rewrite: 'pages' })
    expect(guestOf(task, rowOf('kubevirt').machine, 'g', 'host1')).toMatchObject({ guest: 'linux' })
    const mixed = workloadOf({ workload: 'mixed 2 × B' })
    expect(guestOf(mixed, coreMachine, 'g', 'host1')).toMatchObject({ guest: 'rom', rewrite: 'mixed' })
  })

  test('names its rows where one is asked for that it has not', () => {
    expect(() => rowOf('gigantic')).toThrow(/"gigantic".*other-shares/)
  })
})

test('a guest has read all that it checks before it is moved on, and the core is as it was', () => {
  expect([checkedPerSecond(coreMachine), settlesMs(coreMachine)]).toEqual([32 * 2 ** 20, 12_000])
  for (const { machine } of rows) {
    const { memoryMiB, fill } = machine
    const checkedMiB = fill ? memoryMiB : memoryMiB / 3
    expect((checkedPerSecond(machine) / 2 ** 20) * (settlesMs(machine) / 1000)).toBeGreaterThan(checkedMiB * 1.3)
  }
})
