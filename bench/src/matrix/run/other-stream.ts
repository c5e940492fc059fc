// Another's traffic on the link of a migration: one TCP connection that sends as fast as it can, until it is ended.
//   node bench/src/matrix/run/other-stream.ts receive PORT
//   node bench/src/matrix/run/other-stream.ts send ADDRESS PORT

import { connect, createServer } from 'node:net'

const [what, ...words] = process.argv.slice(2)
const port = Number(words.at(-1))

if (what === 'receive') {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.resume()
  })
  server.listen(port, () => console.log('listening'))
} else {
  const socket = connect(port, words[0] ?? '')
  const block = Buffer.alloc(64 * 1024)
  const send = (): void => {
    while (socket.write(block));
  }
  socket.on('connect', send)
  socket.on('drain', send)
  socket.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
}
