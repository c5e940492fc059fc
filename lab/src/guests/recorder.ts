import { join } from 'node:path'

import { labPaths } from '../paths.ts'
import type { LabState } from '../state.ts'
import { runInside } from '../hosts/virsh.ts'
import { endInHub, hub } from './volumes.ts'

export interface RecordPaths {
  /** The guest's domain XML as it was first defined. */
  readonly definition: string
  readonly progressSocket: string
  readonly progressFile: string
  readonly consoleSocket: string
  readonly consoleFile: string
}

/** The sockets are below `shared`: every host's QEMU connects to the same ones, before and after a migration. */
export function recordPaths(lab: string, guest: string): RecordPaths {
  const { shared, serial, records } = labPaths(lab)
  return {
    definition: join(shared, `${guest}.xml`),
    progressSocket: join(serial, `${guest}.progress`),
    progressFile: join(records, `${guest}.progress`),
    consoleSocket: join(serial, `${guest}.console`),
    consoleFile: join(records, `${guest}.console`),
  }
}

/** Starts to record a guest's serial ports; returns when a guest can connect. */
export async function startRecorder(state: LabState, guest: string): Promise<void> {
  const paths = recordPaths(state.name, guest)
  const program = join(labPaths(state.name).boot, 'recorder')
  const ports = [paths.progressSocket, paths.progressFile, paths.consoleSocket, paths.consoleFile]
  await runInside(hub(state), [program, pidFile(guest), ...ports])
}

export async function stopRecorder(state: LabState, guest: string): Promise<void> {
  await endInHub(state, pidFile(guest))
}

const pidFile = (guest: string): string => `/run/landfall/recorder-${guest}.pid`
