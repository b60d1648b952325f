import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { expressClasses } from '../../../api/http/express-classes.ts'

describe('the classes of requests and replies', () => {
  it('have what Express gives them before it could, and it leaves them as they are', async () => {
    const app = express()
    app.set('trust proxy', true)
    const server = createServer(expressClasses(app))
    const prototypes: unknown[] = []
    const look = (req: object, res: object) =>
      prototypes.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res))
    server.on('request', look).on('request', app)
    app.get('/', (req, res) => {
      look(req, res)
      res.json({ ip: req.ip, isOurs: req.app === app && res.app === app })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const headers = { 'x-forwarded-for': '192.0.2.1' }
      const reply = await fetch(`http://127.0.0.1:${port}/`, { headers })
      expect(await reply.json()).to.deep.equal({ ip: '192.0.2.1', isOurs: true })
      expect(prototypes).to.have.length(4)
      expect(prototypes[0]).to.equal(prototypes[2]).and.to.equal(app.request)
      expect(prototypes[1]).to.equal(prototypes[3]).and.to.equal(app.response)
    } finally {
      server.close()
    }
  })
})
