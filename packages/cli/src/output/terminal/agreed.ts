import { createInterface } from 'node:readline/promises'

/** Whether a person says yes; without one, and where nobody is to be asked, it is no. */
export async function agreed(question: string, quiet: boolean): Promise<boolean> {
  if (quiet || !process.stdin.isTTY) return false
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  const leaving = new AbortController()
  // Ctrl-C, and an end of input, are no.
  reader.on('SIGINT', () => leaving.abort())
  reader.on('close', () => leaving.abort())
  try {
    const answer = await reader.question(question, { signal: leaving.signal })
    return /^y(?:es)?$/i.test(answer.trim())
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return false
    throw error
  } finally {
    reader.close()
  }
}
