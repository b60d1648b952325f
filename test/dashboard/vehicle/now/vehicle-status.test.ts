import { expect } from 'chai'
import { readStatus } from '../../../../dashboard/vehicle/now/vehicle-status.ts'

const read = (text: string) => readStatus(new TextEncoder().encode(text))

describe('the status of a vehicle', () => {
  it('a status has whether the vehicle is connected, and since when', () => {
    expect(read('{"online":true,"since":"2026-11-22T12:00:00.000Z"}')).to.deep.equal({
      isOnline: true,
      sinceMs: Date.UTC(2026, 10, 22, 12),
    })
    expect(read('{"online":false}')).to.deep.equal({ isOnline: false, sinceMs: undefined })
  })

  it('a malformed status is ignored', () => {
    for (const text of ['', 'null', '[]', '{"online":"yes"}', '{'])
      expect(read(text), text).to.equal(undefined)
  })
})
