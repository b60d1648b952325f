import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express, { type Request, type Response } from 'express'
import { expressClasses } from '../../../api/http/express-classes.ts'

describe('classes of requests and replies', () => {
  it("requests and replies have Express' methods before and while Express handles them", async () => {
    const app = express()
    app.set('trust proxy', true)
    const server = createServer(expressClasses(app))
    const early: unknown[] = []
    // A Node.js server emits objects with the types of Node.js.
    const look = (req: IncomingMessage, res: ServerResponse) => {
      const [request, response] = [req as Request, res as Response]
      early.push(request.ip, request.get('x-forwarded-for'), typeof response.json)
    }
    server.on('request', look).on('request', app)
    app.get('/', (req, res) => {
      res.json({ ip: req.ip, isOurs: req.app === app && res.app === app })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const headers = { 'x-forwarded-for': '192.0.2.1' }
      const reply = await fetch(`http://127.0.0.1:${port}/`, { headers })
      expect(await reply.json()).to.deep.equal({ ip: '192.0.2.1', isOurs: true })
      expect(early).to.deep.equal(['192.0.2.1', '192.0.2.1', 'function'])
    } finally {
      server.close()
    }
  })
})
