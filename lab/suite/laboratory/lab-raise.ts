// Raises a laboratory and tells each step, for tests that end the process in the middle of it.
import { up } from '@landfall/lab'

await up({ name: process.argv[2] ?? 'default', progress: (line) => console.log(line) })
console.log('raised')
