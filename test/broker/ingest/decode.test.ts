import { expect } from 'chai'
import { decode } from '../../../broker/ingest/decode.ts'

function problemOf(payload: string | Buffer): { code: string; detail: string } {
  const decoded = decode(Buffer.from(payload as string))
  if (!('code' in decoded)) return expect.fail('it was decoded')
  expect(decoded.pointer).to.equal('')
  return decoded
}

describe('payloads', () => {
  it('a JSON object is one reading', () => {
    const text = ' {"speed": 1} '
    expect(decode(Buffer.from(text))).to.deep.equal({ text, readings: [{ speed: 1 }], isArray: false })
  })

  it('a JSON array is a list of readings, even with only one', () => {
    const one = '[{"speed":1}]'
    expect(decode(Buffer.from(one))).to.deep.equal({ text: one, readings: [{ speed: 1 }], isArray: true })
    const most = JSON.stringify(Array.from({ length: 1000 }, (_, seq) => ({ seq })))
    expect(decode(Buffer.from(most))).to.have.nested.property('readings.length', 1000)
  })

  it('a payload in UTF-8 is decoded', () => {
    const text = '{"status":"geparkt ü \u{1f69a} \u0080"}'
    expect(decode(Buffer.from(text))).to.deep.equal({
      text,
      readings: [{ status: 'geparkt ü \u{1f69a} \u0080' }],
      isArray: false,
    })
  })

  it('any JSON value is decoded, and validated as a reading later', () => {
    for (const text of ['null', '1', '"text"', 'true']) {
      expect(decode(Buffer.from(text))).to.deep.equal({ text, readings: [JSON.parse(text)], isArray: false })
    }
    expect(decode(Buffer.from('[null,[]]'))).to.have.deep.property('readings', [null, []])
  })

  it('an empty payload or array is refused', () => {
    expect(problemOf('').code).to.equal('empty_payload')
    expect(problemOf(' ').code).to.equal('not_json')
    expect(problemOf('[]').code).to.equal('no_readings')
    expect(problemOf(' [ ] ').code).to.equal('no_readings')
  })

  it('a payload may have at most 1000 readings', () => {
    const { code, detail } = problemOf(JSON.stringify(Array.from({ length: 1001 }, () => ({}))))
    expect(code).to.equal('too_many_readings')
    expect(detail).to.include('1001').and.include('1000')
  })

  it('a payload in another encoding is refused', () => {
    const quoted = (...bytes: number[]) => Buffer.from([0x22, ...bytes, 0x22])
    const others = {
      latin1: quoted(0xe9),
      'a cut character': quoted(0xf0, 0x9f, 0x9a),
      'a longer form than needed': quoted(0xc0, 0xaf),
      'half a surrogate pair': quoted(0xed, 0xa0, 0xbd),
      'beyond Unicode': quoted(0xf4, 0x90, 0x80, 0x80),
      'UTF-16': Buffer.from('\ufeff{}', 'utf16le'),
    }
    for (const [name, payload] of Object.entries(others))
      expect(problemOf(payload).code, name).to.equal('not_utf8')
  })

  it('a payload that is only similar to JSON is refused', () => {
    const others = [
      '{',
      '{speed:1}',
      "{'a':1}",
      '[1,]',
      '{"a":1}{"b":2}',
      'NaN',
      'undefined',
      '01',
      '\ufeff{}',
      '{"a":"\n"}',
      '\0',
    ]
    for (const text of others) expect(problemOf(text).code, text).to.equal('not_json')
  })

  it('the description of a payload that is not JSON is short printable ASCII', () => {
    for (const text of ['{"a":\0\u001b[31m}', `{"${'x'.repeat(100_000)}`, '[1,\u2028]']) {
      const { detail } = problemOf(text)
      expect(detail).to.match(/^[ -~]{1,203}$/)
    }
  })

  it('a deeply nested payload is decoded or refused, without any other failure', () => {
    const depth = 128 * 1024
    expect(decode(Buffer.from('['.repeat(depth) + ']'.repeat(depth)))).to.have.nested.property(
      'readings.length',
      1,
    )
    expect(problemOf('['.repeat(2 * depth)).code).to.equal('not_json')
    const objects = '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)
    expect(decode(Buffer.from(objects))).to.have.property('isArray', false)
  })

  it('a payload cannot change the prototype of its readings', () => {
    const decoded = decode(Buffer.from('{"__proto__":{"speed":1}}'))
    if ('code' in decoded) return expect.fail(decoded.code)
    expect(Object.getPrototypeOf(decoded.readings[0])).to.equal(Object.prototype)
  })
})
