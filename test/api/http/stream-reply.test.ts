import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import express from 'express'
import { expect } from 'chai'
import { sendStream } from '../../../api/http/stream-reply.ts'
import { eventually } from '../../support/eventually.ts'

const CHUNK_BYTES = 1024 * 1024

describe('streamed replies', () => {
  let server: Server
  let made = 0
  let isEnded = false
  let failAt = Infinity
  let isBegun = false
  let isGone = false
  let gate: Promise<void> | undefined
  let pauseMs: number | undefined

  async function* chunks(): AsyncGenerator<string> {
    try {
      isBegun = true
      await gate
      for (made = 0; made < 1000; made++) {
        if (made === failAt) throw new Error('the database went away')
        yield 'x'.repeat(CHUNK_BYTES)
      }
    } finally {
      isEnded = true
    }
  }

  before(async () => {
    const app = express()
    app.get('/', (_req, res, next) => {
      res.once('close', () => (isGone = true))
      sendStream(res, { status: 200, headers: {}, type: 'text/plain', chunks: chunks() }, pauseMs).catch(next)
    })
    const cut: express.ErrorRequestHandler = (_error, _req, res, _next) => {
      if (res.headersSent) res.destroy()
      else res.status(500).end()
    }
    app.use(cut)
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  beforeEach(() => {
    made = 0
    isEnded = false
    failAt = Infinity
    isBegun = isGone = false
    gate = undefined
    pauseMs = undefined
  })
  const port = () => (server.address() as AddressInfo).port
  const url = () => `http://127.0.0.1:${port()}/`

  it('a stream produces no more than its client reads, and ends when the client disconnects', async () => {
    const socket = connect(port(), '127.0.0.1')
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    let before = 0
    // Chunks fill the kernel's buffers, and then no more are produced.
    await eventually('no more chunks are produced', () => {
      const isStill = made > 0 && made === before
      before = made
      return isStill
    })
    expect(made).to.be.lessThan(100)
    expect(isEnded).to.equal(false)
    socket.destroy()
    await eventually('the generator is ended', () => isEnded)
    expect(made).to.be.lessThan(100)
  })

  it('a stream ends when its client disconnects during the first chunk', async () => {
    let make = () => {}
    gate = new Promise((resolve) => (make = resolve))
    const socket = connect(port(), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await eventually('the stream has begun', () => isBegun)
    socket.destroy()
    await eventually('the client has disconnected', () => isGone)
    make()
    await eventually('the generator is ended', () => isEnded)
    expect(made).to.equal(0)
  })

  it('a stream that fails midway cuts the connection', async () => {
    failAt = 3
    const response = await fetch(url())
    expect(response.status).to.equal(200)
    const failure = await response.text().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).to.be.instanceOf(Error)
    expect(isEnded).to.equal(true)
  })

  it('a stream that fails at its first chunk gets an error', async () => {
    failAt = 0
    expect((await fetch(url())).status).to.equal(500)
  })

  it('a client that reads a byte now and then is disconnected long before a chunk is read', async () => {
    pauseMs = 200
    const socket = connect(port(), '127.0.0.1')
    socket.on('error', () => {}).pause()
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const timer = setInterval(() => socket.read(1), 20)
    // At the lowest allowed rate 64 KiB take 8 s, and a chunk of 1 MiB takes 128 s.
    await eventually("the stream and the client's connection have ended", () => isGone && isEnded, 15_000)
    clearInterval(timer)
    socket.destroy()
  })

  it('HEAD gets no body of a stream', async () => {
    const response = await fetch(url(), { method: 'HEAD' })
    expect(response.headers.get('content-type')).to.equal('text/plain')
    expect(await response.text()).to.equal('')
    expect(isEnded).to.equal(true)
  })
})
