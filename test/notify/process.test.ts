import { expect } from 'chai'
import type { Sql } from '../../sql/connect.ts'
import { eventually } from '../support/eventually.ts'
import { runModule, type Running } from '../support/processes.ts'
import { openNotifyFixture, seal, SECRET, WHSEC, type NotifyFixture } from './fixture.ts'
import { createSecretSeal } from '../../kit/sealed-secret.ts'
import { openReceiver, type Receiver } from './receiver.ts'

describe('the process that sends notifications', function () {
  this.timeout(120_000)
  let fixture: NotifyFixture
  let receiver: Receiver
  const running: Running[] = []
  beforeEach(async () => {
    fixture = await openNotifyFixture()
    receiver = await openReceiver()
  })
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL')
      await ended
    }
    await receiver.close()
    await fixture.close()
  })

  async function start(env: Record<string, string> = {}) {
    const process = runModule('notify/main.ts', [], {
      DATABASE_URL: fixture.database.url,
      JWT_SECRET: SECRET,
      NOTIFY_STATUS_PORT: '0',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      ...env,
    })
    running.push(process)
    const port = await eventually('notify is ready', () => /"statusPort":(\d+)/.exec(process.output())?.[1])
    return { ...process, statusUrl: `http://127.0.0.1:${port}` }
  }

  it('killed between the reply of the receiver and its note, it sends the same webhook-id again', async () => {
    const first = await start()
    const channel = await fixture.addChannel({ config: { url: receiver.url } })
    let release = () => {}
    let locked: Promise<unknown> | undefined
    // The note waits for this lock, and the receiver answers only when it is held.
    receiver.answer = (request, response) => {
      const id = String(request.headers['webhook-id'])
      locked = fixture.sql.begin(async (tx) => {
        await (tx as unknown as Sql)`select from deliveries where id = ${id} for update`
        response.writeHead(200).end()
        await new Promise<void>((resolve) => (release = resolve))
      })
    }
    const id = await fixture.addDelivery(channel, { event_id: 1 })
    await eventually('the note waits', async () => {
      const waiting = await fixture.sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and application_name like 'fleetwire-notify%'`
      return waiting.length === 1
    })
    first.child.kill('SIGKILL')
    await first.ended
    release()
    await locked
    await eventually('its connections are gone', async () => {
      const left = await fixture.sql`
        select from pg_stat_activity
        where datname = current_database() and application_name like 'fleetwire-notify%'`
      return left.length === 0
    })
    // The server may have carried out the note that had been sent: as if it had not, which is the case to test.
    await fixture.sql`
      update deliveries set state = 'sending', sent_at = null, lease_until = now() - interval '1 s' where id = ${id}`
    receiver.answer = (_request, response) => response.writeHead(200).end()
    await start()
    await fixture.until(id, 'sent')
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).to.deep.equal([id, id])
  })

  it('asked to end, it notes what it is sending', async () => {
    const { child, ended } = await start()
    let answer = () => {}
    receiver.answer = (_request, response) => void (answer = () => response.writeHead(200).end())
    const id = await fixture.addDelivery(await fixture.addChannel({ config: { url: receiver.url } }))
    await eventually('a request', () => receiver.received.length === 1)
    child.kill('SIGTERM')
    answer()
    expect(await ended).to.equal(0)
    expect((await fixture.stateOf(id)).state).to.equal('sent')
  })

  it('two processes send each notification once', async () => {
    await Promise.all([start(), start()])
    const channel = await fixture.addChannel({ config: { url: receiver.url }, storm_max: 1000 })
    for (let n = 1; n <= 60; n++) await fixture.addDelivery(channel, { event_id: n })
    await eventually('all are sent', async () => {
      const rows = await fixture.sql`select from deliveries where state = 'sent'`
      return rows.length === 60
    })
    expect(receiver.received).to.have.length(60)
  })

  it('private addresses are refused unless they are allowed', async () => {
    await start({ WEBHOOK_ALLOW_PRIVATE: 'false' })
    const id = await fixture.addDelivery(await fixture.addChannel({ config: { url: receiver.url } }))
    const { lastError } = await fixture.until(id, 'dead')
    expect(lastError).to.include('WEBHOOK_ALLOW_PRIVATE')
    expect(receiver.received).to.deep.equal([])
  })

  it('its status port has health and metrics', async () => {
    const { statusUrl } = await start()
    expect((await fetch(`${statusUrl}/healthz`)).status).to.equal(200)
    expect((await fetch(`${statusUrl}/readyz`)).status).to.equal(200)
    expect(await (await fetch(`${statusUrl}/metrics`)).text()).to.include(
      'fleetwire_notifications{state="dead"} 0',
    )
    expect((await fetch(`${statusUrl}/other`)).status).to.equal(404)
  })

  it('after a change of JWT_SECRET, the secrets of webhooks are encrypted with the new one', async () => {
    const next = 'n'.repeat(40)
    const channel = await fixture.addChannel({ config: { url: receiver.url } })
    await start({ JWT_SECRET: next, JWT_SECRET_PREVIOUS: SECRET })
    const [row] = await fixture.sql<
      { secret: Uint8Array }[]
    >`select secret from channels where id = ${channel}`
    expect(createSecretSeal(next).open(row?.secret ?? new Uint8Array())).to.equal(WHSEC)
    expect(() => seal.open(row?.secret ?? new Uint8Array())).to.throw()
  })
})
