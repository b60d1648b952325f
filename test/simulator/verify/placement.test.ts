import { expect } from 'chai'
import type { MovedLine } from '../../../simulator/journal/line.ts'
import { createPlacement } from '../../../simulator/verify/placement.ts'

const ref = (device: string, offset: number) => ({
  offset,
  bytes: 1,
  device,
  acked: true,
  sends: 1,
  hasRefusals: false,
})
const moves: MovedLine[] = [
  { moved: 'd', from: 'v', to: 'w', after: 100, at: 110 },
  { moved: 'd', from: 'w', to: 'v', after: 200, at: 210 },
]
const [before, after, other] = [ref('d', 1), ref('d', 2), ref('e', 3)]
const messages = new Map([
  ['v', [before, other]],
  ['w', [after]],
  ['x', [ref('f', 4)]],
])

describe('where readings belong', () => {
  const placement = createPlacement({ messages, moves })

  it('is the vehicle that the device was in at their time, whatever the topic was', () => {
    const vehicles = [0, 99, 110, 199, 210, 999].map((ms) => placement.vehicleOf('d', 'w', ms * 1000))
    expect(vehicles).to.deep.equal(['v', 'v', 'w', 'w', 'v', 'v'])
  })

  it("is the topic's vehicle if the device was never moved", () => {
    expect(placement.vehicleOf('e', 'v', 150_000)).to.equal('v')
    expect(createPlacement({ messages, moves: [] }).vehicleOf('d', 'w', 0)).to.equal('w')
  })

  it('has the messages of a moved device under each vehicle that it was in', () => {
    expect(placement.messagesOf('v')).to.deep.equal([before, other, after])
    expect(placement.messagesOf('w')).to.deep.equal([after, before])
    expect(placement.messagesOf('x')).to.have.length(1)
    expect([...placement.touched]).to.deep.equal(['v', 'w'])
  })

  it('has a vehicle that only a move names', () => {
    const [move] = moves
    const { vehicles } = createPlacement({ messages: new Map([['v', [before]]]), moves: [move!] })
    expect(vehicles).to.deep.equal(['v', 'w'])
  })
})
