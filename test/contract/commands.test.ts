import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { COMMAND_ACK_SCHEMA, writeCommand } from '../../contract/commands.ts'
import { isDeeperThan } from '../../contract/depth.ts'

describe('commands on the wire', () => {
  it('the schema of an answer is valid', () => {
    expect(new Ajv2020().validateSchema(COMMAND_ACK_SCHEMA)).to.equal(true)
  })

  it('a command is the JSON of its fields, with the params as they were given', () => {
    const expires_at = '2026-11-21T08:00:00.000Z'
    const text = writeCommand({ id: 7, name: 'a', expires_at }, '{"x":1.0,"y":"\\u0000"}')
    expect(text).to.equal(`{"id":7,"name":"a","params":{"x":1.0,"y":"\\u0000"},"expires_at":"${expires_at}"}`)
  })

  it('the depth of a value is that of its nested arrays and objects', () => {
    const cases: [unknown, number][] = [
      [1, 0],
      [null, 0],
      [{}, 1],
      [[1, 'x'], 1],
      [{ a: [], b: 1 }, 2],
      [[[{ a: null }], 1], 3],
    ]
    for (const [value, depth] of cases) {
      expect(isDeeperThan(value, depth), JSON.stringify(value)).to.equal(false)
      if (depth > 0) expect(isDeeperThan(value, depth - 1), JSON.stringify(value)).to.equal(true)
    }
  })
})
