import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import type { Client } from 'aedes'
import type { LastLogin } from '../../../broker/presence-link.ts'
import { createKeptSessions, type KeptSessions } from '../../../broker/gate/kept-sessions.ts'

describe('the sessions that are kept', () => {
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

  it('leave nothing behind when there are too many: the one that is away for longest goes first', async () => {
    for (const id of ['a', 'b', 'a', 'c', 'd']) await leave(connect(id))
    expect(forgotten).to.deep.equal(['b', 'a'])
    expect(sessions.away).to.equal(2)
  })

  it('are not away while they are connected, whatever becomes of a connection that was replaced', async () => {
    const first = connect('a')
    const second = connect('a')
    expect(sessions.isResumed('a')).to.equal(true)
    expect(sessions.exchangesOf(second)).to.equal(sessions.exchangesOf(first))
    await leave(first)
    expect(sessions.away).to.equal(0)
    await leave(second)
    expect(sessions.away).to.equal(1)
  })

  it('of a connection that a clean session replaces stay with that connection', () => {
    const first = connect('a')
    const clean = connect('a', true)
    expect(sessions.exchangesOf(clean)).not.to.equal(sessions.exchangesOf(first))
    expect(sessions.isResumed('a')).to.equal(false)
    const next = connect('a')
    expect(sessions.isResumed('a')).to.equal(false)
    expect(sessions.exchangesOf(next)).not.to.equal(sessions.exchangesOf(first))
  })
})
