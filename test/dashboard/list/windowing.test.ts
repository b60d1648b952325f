import { expect } from 'chai'
import { moveBy, OVERSCAN_ROWS, scrollToShow, windowOf } from '../../../dashboard/list/windowing.ts'

const VIEW = { scrollTop: 0, height: 560, rowHeight: 56, count: 10_000 }

describe('the window of a long list', () => {
  it('a list draws the rows in view and a few on either side', () => {
    expect(windowOf(VIEW)).to.deep.equal({ first: 0, last: 10 + OVERSCAN_ROWS })
    const { first, last } = windowOf({ ...VIEW, scrollTop: 5600 })
    expect([first, last]).to.deep.equal([100 - OVERSCAN_ROWS, 110 + OVERSCAN_ROWS])
  })

  it('drawn rows end with the list, also if it became shorter than the scroll position', () => {
    expect(windowOf({ ...VIEW, count: 3 })).to.deep.equal({ first: 0, last: 3 })
    expect(windowOf({ ...VIEW, scrollTop: 50_000, count: 3 })).to.deep.equal({ first: 3, last: 3 })
  })

  it('a list scrolls only as far as a row needs to be fully visible', () => {
    const view = { ...VIEW, scrollTop: 1000 }
    expect(scrollToShow(20, view)).to.equal(1000)
    expect(scrollToShow(5, view)).to.equal(280)
    expect(scrollToShow(30, view)).to.equal(31 * 56 - 560)
  })
})

describe('the keys of a long list', () => {
  it('keys move by a row, by a page and to the ends, not beyond', () => {
    expect(moveBy('ArrowDown', 4, VIEW)).to.equal(5)
    expect(moveBy('ArrowUp', 0, VIEW)).to.equal(0)
    expect(moveBy('PageDown', 4, VIEW)).to.equal(13)
    expect(moveBy('PageUp', 4, VIEW)).to.equal(0)
    expect(moveBy('End', 4, VIEW)).to.equal(9999)
    expect(moveBy('ArrowDown', 9999, VIEW)).to.equal(9999)
    expect(moveBy('Home', 9999, VIEW)).to.equal(0)
  })

  it('keys start at the first row when none is active', () => {
    expect(moveBy('ArrowDown', -1, VIEW)).to.equal(0)
    expect(moveBy('ArrowUp', -1, VIEW)).to.equal(0)
  })

  it('keys do nothing in an empty list, and other keys are ignored', () => {
    expect(moveBy('End', -1, { ...VIEW, count: 0 })).to.equal(undefined)
    expect(moveBy('a', 1, VIEW)).to.equal(undefined)
  })
})
