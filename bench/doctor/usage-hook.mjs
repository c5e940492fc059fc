// Loaded into the measured command (node --import): leaves its own account of itself when it ends.
import { writeFileSync } from 'node:fs'

const file = process.env.LANDFALL_BENCH_USAGE
if (file) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    writeFileSync(file, JSON.stringify({ maxRssBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }))
  })
}
