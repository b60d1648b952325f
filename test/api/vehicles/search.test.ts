import { expect } from 'chai'
import { foldText } from '../../../contract/fold-text.ts'
import { openFixture, type Fixture } from '../fixture.ts'

describe('search', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
    const vehicles = [
      {
        key: 'mueller',
        name: 'Müllwagen Straße',
        plate: 'B-ÄB 1',
        vin: 'WDB9634031L123456',
        tags: ['Kühlung'],
      },
      { key: 'skoda', name: 'Škoda Łódź'.normalize('NFD'), plate: 'ЖУК 1' },
      { key: 'plain', name: '100%_a\\b' },
    ]
    for (const body of vehicles)
      expect((await fixture.call('POST', '/api/vehicles', { body })).status).to.equal(201)
    const device = { key: 'tracker', name: 'Gerät', serial: 'SÉR-1', vehicle: 'skoda' }
    expect((await fixture.call('POST', '/api/devices', { body: device })).status).to.equal(201)
  })
  after(() => fixture.close())

  async function find(what: 'vehicles' | 'devices', search: string): Promise<string[]> {
    const answer = await fixture.call('GET', `/api/${what}?search=${encodeURIComponent(search)}`)
    expect(answer.status).to.equal(200)
    return (answer.body.items as { key: string }[]).map(({ key }) => key)
  }

  for (const [search, found] of [
    ['müll', ['mueller']],
    ['müll'.normalize('NFD'), ['mueller']],
    ['MÜLLWAGEN', ['mueller']],
    ['mullwagen strasse', ['mueller']],
    ['STRASSE', ['mueller']],
    ['skoda lodz', ['skoda']],
    ['škoda łódź'.normalize('NFC'), ['skoda']],
    ['жук', ['skoda']],
    ['b-ab', ['mueller']],
    ['wdb9634', ['mueller']],
    ['kuhlung', ['mueller']],
    ['ＳＫＯＤＡ', ['skoda']],
    ['0%_A\\', ['plain']],
    ['%', ['plain']],
    ['mueller Müll', []],
  ] as const) {
    it(`a search for ${JSON.stringify(search)} finds ${found.join(' and ') || 'nothing'} among the vehicles`, async () => {
      expect(await find('vehicles', search)).to.deep.equal(found)
    })
  }

  it("devices are found by name, serial number, key and their vehicle's key", async () => {
    for (const search of ['GERAT', 'gera\u0308t', 'sér', 'SER-1', 'Tracker', 'SKODA'])
      expect(await find('devices', search), search).to.deep.equal(['tracker'])
    expect(await find('devices', 'müll')).to.deep.equal([])
  })

  it('a changed name is found, and the old name is not', async () => {
    await fixture.call('PATCH', '/api/vehicles/plain', { body: { name: 'Ærø' } })
    expect(await find('vehicles', 'aero')).to.deep.equal(['plain'])
    expect(await find('vehicles', '100%')).to.deep.equal([])
  })

  it('the database folds text as `foldText` does', async () => {
    const letters = Array.from({ length: 0x3100 }, (_, n) => n)
      .filter((n) => n >= 32)
      .map((n) => String.fromCodePoint(n))
    const texts = [...letters, '각', '가', 'ﬁ', 'İI', 'ΣΑΣ', '🚛', 'e\u0301\u0323', 'ẞ', 'A\nB']
    const rows = await fixture.sql<{ folded: string }[]>`
      select fold_text(given) as folded from unnest(${texts}::text[]) with ordinality as t (given, n) order by n`
    const others = texts.filter((text, n) => {
      // Letters without case in most scripts are left out: Cherokee, Georgian, Coptic and others.
      const isListed = (text.codePointAt(0) ?? 0) < 0x590 || /\p{M}|[^\p{L}]/u.test(text)
      return isListed && rows[n]?.folded !== foldText(text)
    })
    expect(others).to.deep.equal([])
  })
})

describe('blank names', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())

  const BLANKS = [' ', '\u00a0\u2003', '\u3000', '\u200b', '\ufeff', '\u2800\u3164']

  for (const [path, field] of [
    ['vehicles', 'name'],
    ['vehicles', 'plate'],
    ['devices', 'name'],
    ['devices', 'serial'],
    ['devices', 'firmware'],
  ] as const) {
    it(`a blank ${field} of ${path} is refused`, async () => {
      const key = `${path}-${field}`
      for (const blank of BLANKS) {
        const made = await fixture.call('POST', `/api/${path}`, { body: { key, [field]: blank } })
        expect([made.status, made.body.errors?.[0]?.pointer]).to.deep.equal([400, `/${field}`])
      }
      expect((await fixture.call('POST', `/api/${path}`, { body: { key, [field]: ' a ' } })).status).to.equal(
        201,
      )
      const patch = (value: unknown) =>
        fixture.call('PATCH', `/api/${path}/${key}`, { body: { [field]: value } })
      for (const blank of BLANKS) expect((await patch(blank)).status).to.equal(400)
      for (const value of ['b', '', null]) expect((await patch(value)).status).to.equal(200)
    })
  }

  it('blank tags and attribute names of vehicles are refused', async () => {
    for (const body of [{ tags: ['a', ' '] }, { attributes: { '\u00a0': 1 } }])
      expect((await fixture.call('POST', '/api/vehicles', { body: { key: 'x', ...body } })).status).to.equal(
        400,
      )
  })

  it('a blank name of a user is refused', async () => {
    const user = { email: 'a@b.example', password: 'long enough to be one', role: 'user' }
    expect((await fixture.call('POST', '/api/users', { body: { ...user, name: ' ' } })).status).to.equal(400)
    expect((await fixture.call('POST', '/api/users', { body: { ...user, name: 'A' } })).status).to.equal(201)
    expect((await fixture.call('PATCH', '/api/me', { body: { name: '\u2003' } })).status).to.equal(400)
  })
})
