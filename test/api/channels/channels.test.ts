import { expect } from 'chai'
import { createSecretSeal } from '../../../kit/sealed-secret.ts'
import { addUser, expectProblem, openFixture, readPages, SECRET, type Fixture } from '../fixture.ts'

const WHSEC = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`

describe('channels of notifications', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  let b: { id: number; token: string }
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate channels, audit_log cascade`
    a = await addUser(fixture.sql, 'user')
    b = await addUser(fixture.sql, 'user')
  })

  const hook = (more: object = {}) => ({
    key: 'hook',
    kind: 'webhook',
    url: 'https://receiver.example/hook',
    ...more,
  })
  const post = (body: object, token = a.token) => fixture.call('POST', '/api/channels', { token, body })
  const patch = (body: object, headers: Record<string, string> = {}) =>
    fixture.call('PATCH', '/api/channels/hook', { token: a.token, body, headers })

  it('a channel is created with defaults, and read with its ETag', async () => {
    const created = await post(hook({ secret: WHSEC }))
    expect(created.status, JSON.stringify(created.body)).to.equal(201)
    expect(created.headers.get('location')).to.equal('/api/channels/hook')
    const { created_at, ...others } = created.body
    expect(created_at).to.match(/Z$/)
    expect(others).to.deep.equal({
      key: 'hook',
      name: '',
      kind: 'webhook',
      url: 'https://receiver.example/hook',
      to: [],
      templates: { subject: null, text: null },
      zone: 'UTC',
      quiet_hours: null,
      storm: { max: 30, window_s: 600 },
      enabled: true,
      owner: a.id,
      held: 0,
      digest_due_at: null,
    })
    const read = await fixture.call('GET', '/api/channels/hook', { token: a.token })
    expect(read.body).to.deep.equal(created.body)
    expect(read.headers.get('etag')).to.equal(created.headers.get('etag'))
  })

  it('a secret is encrypted in the database, and is in no reply and not in the audit log', async () => {
    const replies = [
      await post(hook({ secret: WHSEC })),
      await fixture.call('GET', '/api/channels', { token: a.token }),
      await fixture.call('GET', '/api/channels/hook', { token: a.token }),
      await patch({ secret: WHSEC.replace('a', 'b') }),
      await fixture.call('GET', '/api/audit-log'),
    ]
    for (const { status, body } of replies) {
      expect(status).to.be.oneOf([200, 201])
      expect(JSON.stringify(body)).to.not.include('whsec_')
    }
    expect(replies[4]?.body.items[0].after).to.include({ secret: 'changed' })
    const [row] = await fixture.sql<{ secret: Uint8Array }[]>`select secret from channels`
    const stored = row?.secret ?? new Uint8Array()
    expect(Buffer.from(stored).includes('whsec_')).to.equal(false)
    expect(createSecretSeal(SECRET).open(stored)).to.equal(WHSEC.replace('a', 'b'))
  })

  it('a webhook without a secret gets a new one, which is shown only then', async () => {
    const created = await post(hook())
    expect(created.body.secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(created.headers.get('cache-control')).to.include('no-store')
    const [row] = await fixture.sql<{ secret: Uint8Array }[]>`select secret from channels`
    expect(createSecretSeal(SECRET).open(row?.secret ?? new Uint8Array())).to.equal(created.body.secret)
    const read = await fixture.call('GET', '/api/channels/hook', { token: a.token })
    expect(read.body).to.not.have.property('secret')
  })

  it('a user sees and changes only their own channels, and an administrator all', async () => {
    await post(hook())
    const foreign = await post({ key: 'mail', kind: 'email', to: ['somebody@example.org'] }, b.token)
    expectProblem(foreign, 400, 'invalid_request', ['/to'])
    await post({ key: 'mail', kind: 'email', to: [await emailOf(b)] }, b.token)
    const keysOf = async (token?: string) => {
      const { body } = await fixture.call('GET', '/api/channels', token === undefined ? {} : { token })
      return body.items.map(({ key }: { key: string }) => key)
    }
    expect([await keysOf(a.token), await keysOf(b.token), await keysOf()]).to.deep.equal([
      ['hook'],
      ['mail'],
      ['hook', 'mail'],
    ])
    const options = { token: b.token }
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/preview'],
    ] as const)
      expectProblem(
        await fixture.call(
          method,
          `/api/channels/hook${path}`,
          method === 'GET' ? options : { ...options, body: {} },
        ),
        404,
        'not_found',
      )
    expectProblem(await post(hook(), b.token), 409, 'conflict', ['/key'])
  })

  async function emailOf({ id }: { id: number }): Promise<string> {
    const [user] = await fixture.sql<{ email: string }[]>`select email from users where id = ${id}`
    return user?.email ?? ''
  }

  it('a channel has what its kind needs, and nothing of others', async () => {
    const faults: [object, string[]][] = [
      [{ key: 'x', kind: 'webhook' }, ['/url']],
      [{ key: 'x', kind: 'email' }, ['/to']],
      [{ key: 'x', kind: 'email', to: [await emailOf(a)], url: 'https://x.example/' }, ['/url']],
      [{ key: 'x', kind: 'mqtt', to: ['a@example.org'] }, ['/to']],
      [{ key: 'x', kind: 'mqtt', secret: WHSEC }, ['/secret']],
      [hook({ url: 'https://user:password@x.example/' }), ['/url']],
      [hook({ url: 'ftp://x.example/' }), ['/url']],
      [hook({ secret: 'whsec_short' }), ['/secret']],
      [hook({ zone: 'Europe/Nowhere' }), ['/zone']],
      [hook({ quiet_hours: { from: '22:00', to: '22:00' } }), ['/quiet_hours/to']],
      [hook({ templates: { subject: '{{vehicle}} {{password}}' } }), ['/templates/subject']],
      [hook({ templates: { text: 'a {{vehicle' } }), ['/templates/text']],
    ]
    for (const [body, pointers] of faults) expectProblem(await post(body), 400, 'invalid_request', pointers)
  })

  it('a webhook to a private address is refused, unless the operator allows it', async () => {
    for (const host of ['127.0.0.1:8080', '10.0.0.1', '[::1]', '169.254.169.254', '0x7f000001'])
      expectProblem(await post(hook({ url: `http://${host}/` })), 400, 'invalid_request', ['/url'])
    const open = await openFixture({ allowPrivateWebhooks: true }, fixture.database)
    const body = hook({ url: 'http://127.0.0.1:8080/' })
    expect((await open.call('POST', '/api/channels', { body })).status).to.equal(201)
    await open.close()
  })

  it('a patch changes what it names, and with If-Match only what is unchanged', async () => {
    const created = await post(hook({ templates: { subject: '{{rule}}' }, storm: { max: 5, window_s: 60 } }))
    const etag = { 'if-match': created.headers.get('etag') ?? '' }
    const changed = await patch(
      { storm: { max: 9 }, templates: { text: '{{vehicle}}' }, enabled: false },
      etag,
    )
    expect(changed.status, JSON.stringify(changed.body)).to.equal(200)
    expect(changed.body).to.deep.include({
      storm: { max: 9, window_s: 60 },
      templates: { subject: '{{rule}}', text: '{{vehicle}}' },
      enabled: false,
    })
    expectProblem(await patch({ name: 'x' }, etag), 412, 'precondition_failed')
    const quiet = { from: '22:00', to: '06:00', severities: ['info'] }
    expect((await patch({ quiet_hours: quiet })).body.quiet_hours).to.deep.equal(quiet)
    expect((await patch({ quiet_hours: null, templates: { subject: null } })).body).to.deep.include({
      quiet_hours: null,
      templates: { subject: null, text: '{{vehicle}}' },
    })
    expectProblem(await patch({ to: ['a@example.org'] }), 400, 'invalid_request', ['/to'])
    expectProblem(await patch({ kind: 'mqtt' }), 400, 'invalid_request')
    expect((await patch({ key: 'renamed' })).body.key).to.equal('renamed')
    const { body } = await fixture.call('GET', '/api/audit-log')
    const actions = body.items.map(({ action, subject }: Record<string, string>) => `${action} ${subject}`)
    expect(actions.slice(0, 2)).to.deep.equal([
      'channel.rename channel:renamed',
      'channel.update channel:hook',
    ])
  })

  it('a user owns 20 channels at most', async () => {
    for (let n = 1; n <= 20; n++) expect((await post({ key: `c${n}`, kind: 'mqtt' })).status).to.equal(201)
    expectProblem(await post({ key: 'c21', kind: 'mqtt' }), 403, 'forbidden')
    expect((await post({ key: 'c21', kind: 'mqtt' }, b.token)).status).to.equal(201)
    expect(await readPages(fixture, '/api/channels', 8)).to.have.length(21)
  })

  it('the channels of a deleted user are deleted, and notify nobody any more', async () => {
    await post(hook())
    expect((await fixture.call('DELETE', `/api/users/${a.id}`)).status).to.equal(200)
    expect(await fixture.sql`select from channels`).to.have.length(0)
  })

  it('a preview shows the templates of the channel, or others before they are saved', async () => {
    await post(hook({ templates: { subject: '{{rule_name}}: {{vehicle}}' }, zone: 'Europe/Stockholm' }))
    const preview = async (body: object) =>
      (await fixture.call('POST', '/api/channels/hook/preview', { token: a.token, body })).body
    const { subject, text } = await preview({})
    expect(subject).to.equal('Example rule: truck-7')
    expect(text).to.include('Started: 2026-11-30 09:00:00 UTC+1').and.include('Duration: 2 min 30 s')
    const templates = { subject: 'x', text: '{{vehicle}} {{reason}} {{value}}' }
    const event = { vehicle: '{{rule}}', value: null }
    expect(await preview({ templates, event, reason: 'ended' })).to.deep.equal({
      subject: 'x',
      text: '{{rule}} ended',
    })
    const wrong = { token: a.token, body: { templates: { text: '{{constructor}}' } } }
    const answer = await fixture.call('POST', '/api/channels/hook/preview', wrong)
    expectProblem(answer, 400, 'invalid_request', ['/templates/text'])
  })

  it('a test is a delivery, and there are ten in ten minutes at most', async () => {
    await post(hook())
    const test = () => fixture.call('POST', '/api/channels/hook/test', { token: a.token })
    const { status, body } = await test()
    expect(status).to.equal(202)
    const delivery = await fixture.call('GET', `/api/deliveries/${body.delivery}`, { token: a.token })
    expect(delivery.body).to.include({ channel: 'hook', reason: 'test', state: 'waiting', event: null })
    for (let n = 2; n <= 10; n++) await test()
    expectProblem(await test(), 429, 'too_many_requests')
    await patch({ enabled: false })
    expectProblem(await test(), 409, 'conflict')
  })
})
