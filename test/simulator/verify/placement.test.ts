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

describe('placement of readings', () => {
  const placement = createPlacement({ messages, moves })

  it('a reading belongs to the vehicle its device was in at its time, whatever the topic', () => {
    const vehicles = [0, 99, 110, 199, 210, 999].map((ms) => placement.vehicleOf('d', 'w', ms * 1000))
    expect(vehicles).to.deep.equal(['v', 'v', 'w', 'w', 'v', 'v'])
  })

  it('a reading of a device that was never moved belongs to the vehicle of its topic', () => {
    expect(placement.vehicleOf('e', 'v', 150_000)).to.equal('v')
    expect(createPlacement({ messages, moves: [] }).vehicleOf('d', 'w', 0)).to.equal('w')
  })

  it('the messages of a moved device belong to each vehicle it was in', () => {
    expect(placement.messagesOf('v')).to.deep.equal([before, other, after])
    expect(placement.messagesOf('w')).to.deep.equal([after, before])
    expect(placement.messagesOf('x')).to.have.length(1)
    expect([...placement.touched]).to.deep.equal(['v', 'w'])
  })

  it('a vehicle named only by a move is included', () => {
    const [move] = moves
    const { vehicles } = createPlacement({ messages: new Map([['v', [before]]]), moves: [move!] })
    expect(vehicles).to.deep.equal(['v', 'w'])
  })
})
