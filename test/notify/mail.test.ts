import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { SMTPServer } from 'smtp-server'
import { eventually } from '../support/eventually.ts'
import { event, openNotifyFixture, type NotifyFixture } from './fixture.ts'

interface Mail {
  to: string[]
  text: string
}

describe('notifications by e-mail', function () {
  this.timeout(60_000)
  let fixture: NotifyFixture
  let server: SMTPServer
  let mails: Mail[]
  /** What the server says after a mail. */
  let verdict: Error | null
  before(async () => {
    server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _session, done) =>
        done(
          address.startsWith('unknown')
            ? Object.assign(new Error('no such user'), { responseCode: 550 })
            : null,
        ),
      onData(stream, session, done) {
        let text = ''
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
        stream.on('end', () => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
          done(verdict)
        })
      },
    })
    server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    const { port } = server.server.address() as AddressInfo
    fixture = await openNotifyFixture()
    await fixture.open({ smtpUrl: `smtp://127.0.0.1:${port}` })
  })
  after(async () => {
    await fixture.close()
    server.close()
  })
  beforeEach(() => {
    mails = []
    verdict = null
  })

  const channelTo = (to: string[], more: object = {}) =>
    fixture.addChannel({ kind: 'email', config: { to }, ...more })
  const header = (mail: Mail | undefined, name: string) =>
    new RegExp(`^${name}: (.*)\r$`, 'm').exec(mail?.text ?? '')?.[1]

  it('an e-mail goes to all addresses of the channel, with a Message-ID made of the delivery', async () => {
    const id = await fixture.addDelivery(await channelTo(['a@example.org', 'b@example.org']), { event_id: 1 })
    await fixture.until(id, 'sent')
    expect(mails).to.have.length(1)
    expect(mails[0]?.to).to.deep.equal(['a@example.org', 'b@example.org'])
    expect(header(mails[0], 'Message-ID')).to.equal(`<${id}@example.org>`)
    expect(header(mails[0], 'From')).to.equal('Fleet <fleet@example.org>')
    expect(header(mails[0], 'Subject')).to.equal('[warning] Too fast raised: Truck 7')
    expect(header(mails[0], 'Auto-Submitted')).to.equal('auto-generated')
    expect(mails[0]?.text).to.include('Started: 2026-11-30 08:00:00 UTC').and.include('Value: 104.5')
  })

  it('an e-mail that the server does not accept for now is sent again with the same Message-ID', async () => {
    verdict = Object.assign(new Error('try again later'), { responseCode: 451 })
    const id = await fixture.addDelivery(await channelTo(['a@example.org']), { event_id: 2 })
    await eventually('an attempt', async () => (await fixture.stateOf(id)).results.length === 1)
    verdict = null
    await fixture.sql`update deliveries set next_at = now() where id = ${id}`
    await fixture.until(id, 'sent')
    expect(mails.map((it) => header(it, 'Message-ID'))).to.deep.equal([
      `<${id}@example.org>`,
      `<${id}@example.org>`,
    ])
  })

  it('an e-mail to an unknown address is dead at once, and one unknown address among others is noted', async () => {
    const dead = await fixture.addDelivery(await channelTo(['unknown@example.org']), { event_id: 3 })
    expect(await fixture.until(dead, 'dead')).to.include({ attempts: 1 })
    const id = await fixture.addDelivery(await channelTo(['unknown@example.org', 'a@example.org']), {
      event_id: 3,
    })
    expect((await fixture.until(id, 'sent')).results).to.deep.equal([
      'ok, but refused for unknown@example.org',
    ])
  })

  it('a value of an event cannot add a header or an address', async () => {
    const name = 'Truck\r\nBcc: spy@example.org\r\n\r\nforged'
    const channel = await channelTo(['a@example.org'], { templates: { subject: 'About {{vehicle_name}}' } })
    const payload = event({ vehicle_name: name })
    await fixture.until(await fixture.addDelivery(channel, { event_id: 4, payload }), 'sent')
    expect(mails[0]?.to).to.deep.equal(['a@example.org'])
    expect(header(mails[0], 'Bcc')).to.equal(undefined)
    expect(header(mails[0], 'Subject')).to.equal('About Truck Bcc: spy@example.org forged')
  })

  it('without a mail server the reason is in the delivery', async () => {
    const other = await openNotifyFixture()
    await other.open()
    const channel = await other.addChannel({ kind: 'email', config: { to: ['a@example.org'] } })
    const id = await other.addDelivery(channel)
    await eventually('an attempt', async () => (await other.stateOf(id)).results.length === 1)
    expect((await other.stateOf(id)).lastError).to.equal('no mail server is configured: SMTP_URL')
    await other.close()
  })
})
