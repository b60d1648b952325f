import { expect } from 'chai'
import { holdPosition } from '../../rules/hold.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'

const HELD = { lat: 0, lon: 0 }
/** Metres to the north, at 111 m for 1/1000 degree. */
const near = { lat: 1000, lon: 0 }
const far = { lat: 5000, lon: 0 }
const hold = (before: typeof HELD | null, position: typeof HELD, speed: number | null) =>
  holdPosition(before, position, speed, DEFAULT_PARAMETERS)

describe('the held position', () => {
  it('a position is held from the first reading at rest on', () => {
    expect(hold(null, near, 999)).to.deep.equal(near)
    expect(hold(null, near, 1000)).to.equal(null)
    expect(hold(null, near, null)).to.equal(null)
  })

  it('a held position is kept up to 3 km/h and 50 m', () => {
    expect(hold(HELD, near, 0)).to.equal(HELD)
    expect(hold(HELD, near, 2999)).to.equal(HELD)
    expect(hold(HELD, near, 3000)).to.equal(null)
    expect(hold(HELD, near, null)).to.equal(null)
    expect(hold(HELD, { lat: 4500, lon: 0 }, 0)).to.equal(HELD)
    expect(hold(HELD, far, 0)).to.deep.equal(far)
  })
})
