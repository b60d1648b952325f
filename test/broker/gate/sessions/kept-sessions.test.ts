import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import type { Client } from 'aedes'
import type { LastLogin } from '../../../../broker/presence-link.ts'
import { createKeptSessions, type KeptSessions } from '../../../../broker/gate/sessions/kept-sessions.ts'

describe('kept sessions', () => {
  let forgotten: string[]
  let sessions: KeptSessions
  beforeEach(() => {
    forgotten = []
    sessions = createKeptSessions({ awayMax: 2, awayMaxMs: 60_000, forget: (id) => forgotten.push(id) })
  })

  function connect(id: string, clean = false, last: LastLogin = 'here'): Client {
    const client = { id, clean, conn: new PassThrough() } as unknown as Client
    sessions.open(client, id.charCodeAt(0), last)
    return client
  }
  async function leave({ conn }: Client): Promise<void> {
    conn.destroy()
    await once(conn, 'close')
  }

  it('the session that was away longest is forgotten first when there are too many', async () => {
    for (const id of ['a', 'b', 'a', 'c', 'd']) await leave(connect(id))
    expect(forgotten).to.deep.equal(['b', 'a'])
    expect(sessions.away).to.equal(2)
  })

  it('a connected session is not away, even when the connection it replaced closes', async () => {
    const first = connect('a')
    const second = connect('a')
    expect(sessions.isResumed('a')).to.equal(true)
    expect(sessions.exchangesOf(second)).to.equal(sessions.exchangesOf(first))
    await leave(first)
    expect(sessions.away).to.equal(0)
    await leave(second)
    expect(sessions.away).to.equal(1)
  })

  it('a connection replaced by a clean session does not pass its session on', () => {
    const first = connect('a')
    const clean = connect('a', true)
    expect(sessions.exchangesOf(clean)).not.to.equal(sessions.exchangesOf(first))
    expect(sessions.isResumed('a')).to.equal(false)
    const next = connect('a')
    expect(sessions.isResumed('a')).to.equal(false)
    expect(sessions.exchangesOf(next)).not.to.equal(sessions.exchangesOf(first))
  })
})

describe('room for QoS 2 messages without PUBREL', () => {
  const UNRELEASED_MAX = 10_000
  let sessions: KeptSessions
  let made = 0
  beforeEach(() => {
    sessions = createKeptSessions({
      awayMax: 1000,
      awayMaxMs: 60_000,
      forget: () => {},
      unreleasedMax: UNRELEASED_MAX,
    })
  })

  function connect(clean = false): Client {
    const client = { id: `d${++made}`, clean, conn: new PassThrough() } as unknown as Client
    sessions.open(client, made, 'here')
    return client
  }

  /** Number of messages until the connection must end. */
  async function fill(client: Client): Promise<number> {
    for (let packetId = 1; packetId < 2000; packetId++) {
      const message = { packetId, digest: `${client.id} ${packetId}`, connection: client.conn }
      const { settled } = sessions.exchangesOf(client).take(message, async () => null)
      if ((await settled) !== null) return packetId
    }
    return Infinity
  }
  const leave = async ({ conn }: Client) => {
    conn.destroy()
    await once(conn, 'close')
  }

  it('each session gets a share of the free room, so some is left for new sessions', async () => {
    const taken = []
    for (let n = 0; n < 200; n++) taken.push(await fill(connect()))
    expect(taken[0]).to.be.within(95, 105)
    expect(taken.reduce((sum, it) => sum + it, 0)).to.be.below(UNRELEASED_MAX)
    expect(taken.at(-1)).to.be.at.least(2)
  })

  it('a clean session frees its room when its connection ends', async () => {
    for (let n = 0; n < 200; n++) {
      const client = connect(true)
      expect(await fill(client)).to.be.within(95, 105)
      await leave(client)
    }
  })

  it('room is taken from sessions of absent devices, the oldest first', async () => {
    const first = connect()
    await fill(first)
    await leave(first)
    const taken = []
    for (let n = 0; n < 300; n++) {
      const client = connect()
      taken.push(await fill(client))
      await leave(client)
    }
    expect(taken.at(-1)).to.be.at.least(20)
    expect(sessions.away).to.be.below(300)
  })
})
