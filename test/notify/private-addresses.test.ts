import { expect } from 'chai'
import { createWebhookSender } from '../../notify/webhook/webhook.ts'
import type { Resolve } from '../../notify/webhook/guarded-lookup.ts'
import { WHSEC } from './fixture.ts'
import { openReceiver, type Receiver } from './receiver.ts'

describe('webhooks to private addresses', () => {
  let receiver: Receiver
  beforeEach(async () => (receiver = await openReceiver()))
  afterEach(() => receiver.close())

  /** Sends with a resolver that gives these addresses, one list for each look-up. */
  async function send(url: string, answers: string[][] = [], allowPrivate = false) {
    let lookups = 0
    const resolve: Resolve = (_host, _options, done) => {
      const addresses = answers[Math.min(lookups++, answers.length - 1)] ?? []
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
    const sender = createWebhookSender({ allowPrivate, now: Date.now, resolve, timeoutMs: 400 })
    const outcome = await sender.send({ id: 'id', url, secret: WHSEC, body: '{}' })
    return { ...outcome, lookups }
  }

  it('a URL with a private address is refused for good, however it is written', async () => {
    const { port } = receiver
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '169.254.169.254',
    ]) {
      const { ok, result, isFinal } = await send(`http://${host}:${port}/`)
      expect({ ok, isFinal }, host).to.deep.equal({ ok: false, isFinal: true })
      expect(result).to.include('WEBHOOK_ALLOW_PRIVATE')
    }
    expect(receiver.received).to.deep.equal([])
  })

  it('a name with a private address is refused, also if others of its addresses are public', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['93.184.215.14', '127.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['fd00:ec2::254'],
    ])
      expect(await send(`http://receiver.example:${receiver.port}/`, [addresses]), addresses[0]).to.include({
        ok: false,
        isFinal: true,
      })
    expect(receiver.received).to.deep.equal([])
  })

  it('a name that changes its address after the check is not looked up again', async () => {
    const url = `http://rebinding.example:${receiver.port}/`
    // The address of the check is public and answers nothing here; the next look-up would give ours.
    const outcome = await send(url, [['240.0.0.1'], ['127.0.0.1']])
    expect(outcome).to.include({ ok: false, lookups: 1 })
    const checked = await send(url, [['93.184.215.14'], ['127.0.0.1']])
    expect(checked).to.include({ ok: false, lookups: 1 })
    expect(receiver.received).to.deep.equal([])
  })

  it('the operator can allow private addresses', async () => {
    expect(await send(receiver.url, [], true)).to.include({ ok: true })
    expect(await send(`http://receiver.example:${receiver.port}/`, [['127.0.0.1']], true)).to.include({
      ok: true,
    })
    expect(receiver.received).to.have.length(2)
  })
})
