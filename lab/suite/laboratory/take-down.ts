import { down, leftovers } from '@landfall/lab'

/** Takes the laboratory of a suite down; what it leaves behind fails the suite. */
export async function takeDown(name: string): Promise<void> {
  await down(name)
  const left = leftovers(name)
  if (left.length > 0) throw new Error(`the laboratory left something behind: ${JSON.stringify(left)}`)
}
