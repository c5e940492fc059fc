import { bringNodes, run } from './workshop.ts'

export async function setup(): Promise<void> {
  await run(process.execPath, ['tools/packing/pack.ts'])
  await bringNodes()
}
