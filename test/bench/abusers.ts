import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { generate } from 'mqtt-packet'

/** Parameters of the abusers' process. */
export interface AbuseOrder {
  apiUrl: string
  mqttPort: number
  /** number of clients of each kind */
  clients: number
  users: readonly { id: number; email: string; token: string; mqttToken: string }[]
  password: string
}

interface Counts {
  tried: number
  refused: number
  closed: number
}
export type AbuseReport = Record<string, Counts>

type User = AbuseOrder['users'][number]
interface Client {
  order: AbuseOrder
  user: User
  /** clients of a network: there are as many networks as clients */
  localAddress: string
  counts: Counts
}

/** Concurrent bodies, or CONNECTs, of one client. */
const SOCKETS = 14
const LOGINS = 36
const ROUND_MS = 1000

async function open({ localAddress, counts }: Client, port: number, first: string | Buffer): Promise<Socket> {
  const socket = connectSocket({ port, host: '127.0.0.1', localAddress })
  socket.on('error', () => {})
  counts.tried++
  socket.once('close', () => counts.closed++)
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {})
  socket.write(first)
  return socket
}

/** Keeps this number of sockets open: a closed one is reopened after a while. */
async function keepOpen(client: Client, port: number, first: string): Promise<never> {
  let sockets: Socket[] = []
  for (;;) {
    sockets = sockets.filter((it) => !it.destroyed)
    while (sockets.length < SOCKETS) sockets.push((await open(client, port, first)).resume())
    await sleep(ROUND_MS)
  }
}

function request(method: string, path: string, { token }: User, length: number): string {
  return (
    `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
    (length > 0 ? `content-type: application/json\r\ncontent-length: ${length}\r\n\r\n{` : '\r\n')
  )
}

async function ask({ order, counts }: Client, path: string, init: RequestInit): Promise<void> {
  counts.tried++
  const response = await fetch(order.apiUrl + path, init).catch(() => undefined)
  await response?.text().catch(() => {})
  if (response === undefined) counts.closed++
  else if (response.status === 429 || response.status === 503) counts.refused++
}

const kinds: Record<string, (client: Client) => Promise<never>> = {
  'bodies that never come': async (client) => {
    const path = `/api/vehicles/abuser-${client.user.id}`
    const port = Number(new URL(client.order.apiUrl).port)
    return keepOpen(client, port, request('PATCH', path, client.user, 100))
  },

  'where that is slow to read': async (client) => {
    const where = encodeURIComponent(`speed>${' '.repeat(490)}"`)
    const path = `/api/vehicles/abuser-${client.user.id}/telemetry?where=${where}`
    for (;;) {
      const headers = { authorization: `Bearer ${client.user.token}` }
      await Promise.all(Array.from({ length: 4 }, () => ask(client, path, { headers })))
      await sleep(100)
    }
  },

  'logins of users with many vehicles': async (client) => {
    const { user, order, counts } = client
    for (let n = 0; ; n++) {
      const clientId = `ui/${user.id}/${client.localAddress}-${n}`
      const password = Buffer.from(user.mqttToken)
      const login = {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: 0,
      } as const
      const packet = generate({ ...login, clientId, username: 'x', password })
      const socket = await open(client, order.mqttPort, packet)
      const data = await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => [])
      const [connack] = data as (Buffer | undefined)[]
      if (connack instanceof Buffer && connack[3] !== 0) counts.refused++
      socket.destroy()
      await sleep(100)
    }
  },

  'exports that are read at a byte a second': async (client) => {
    const { user, order, counts } = client
    const path = `/api/telemetry/export?vehicles=abuser-${user.id}&format=ndjson`
    for (;;) {
      const socket = await open(client, Number(new URL(order.apiUrl).port), request('GET', path, user, 0))
      const [head] = (await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(
        () => [],
      )) as unknown[]
      socket.pause()
      if (head instanceof Buffer && head.toString().startsWith('HTTP/1.1 503')) {
        counts.refused++
        socket.destroy()
      }
      while (!socket.destroyed) {
        await sleep(ROUND_MS)
        socket.read(1)
      }
      await sleep(ROUND_MS)
    }
  },

  'logins in parallel': async (client) => {
    const { user, order } = client
    const body = JSON.stringify({ email: user.email, password: order.password })
    for (;;) {
      const headers = { 'content-type': 'application/json' }
      const logins = Array.from({ length: LOGINS }, () =>
        ask(client, '/api/login', { method: 'POST', headers, body }),
      )
      await Promise.all(logins)
      await sleep(ROUND_MS)
    }
  },

  'CONNECTs that never come': async (client) => keepOpen(client, client.order.mqttPort, ''),
}

process.once('message', (order: AbuseOrder) => {
  const report: AbuseReport = {}
  for (const [kind, run] of Object.entries(kinds)) {
    const counts = (report[kind] = { tried: 0, refused: 0, closed: 0 })
    for (let n = 0; n < order.clients; n++) {
      const user = order.users[n % order.users.length]
      if (user === undefined) throw new Error('there are no users')
      void run({ order, user, localAddress: `127.0.0.${n + 2}`, counts })
    }
  }
  process.once('message', () => process.send?.(report, () => process.exit(0)))
})
