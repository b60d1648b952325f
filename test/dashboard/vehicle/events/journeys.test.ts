import { expect } from 'chai'
import { findJourneys, MINUTE_MS, type Minute } from '../../../../dashboard/vehicle/events/journeys.ts'

/** A minute a character: a digit is ten times its speed, `.` no reading. It drives north, a thousandth of a degree each. */
function minutesOf(drawing: string): Minute[] {
  return Array.from(drawing).flatMap((it, index) => {
    if (it === '.') return []
    const speed = Number(it) * 10
    return [{ timeMs: index * MINUTE_MS, speedAvg: speed, speedMax: speed + 5, lat: index / 1000, lon: 18 }]
  })
}
const drawn = (drawing: string) =>
  findJourneys(minutesOf(drawing)).map(({ kind, fromMs, toMs }) => [
    kind,
    fromMs / MINUTE_MS,
    toMs / MINUTE_MS,
  ])

describe('the journeys of a day', () => {
  it('are trips and stops, to the minute', () => {
    expect(drawn('000555500000')).to.deep.equal([
      ['stop', 0, 3],
      ['trip', 3, 7],
      ['stop', 7, 12],
    ])
  })

  it('take a short stop as part of the trip, and a longer one not', () => {
    expect(drawn('5500555')).to.deep.equal([['trip', 0, 7]])
    expect(drawn('55000555')).to.deep.equal([
      ['trip', 0, 2],
      ['stop', 2, 5],
      ['trip', 5, 8],
    ])
  })

  it('keep a short stop at either end, where it may go on', () => {
    expect(drawn('0555')).to.deep.equal([
      ['stop', 0, 1],
      ['trip', 1, 4],
    ])
    expect(drawn('5550').at(-1)).to.deep.equal(['stop', 3, 4])
  })

  it('have a gap where nothing was heard for more than five minutes, which ends the trip', () => {
    expect(drawn('55......55')).to.deep.equal([
      ['trip', 0, 2],
      ['gap', 2, 8],
      ['trip', 8, 10],
    ])
    expect(drawn('55.....55')).to.deep.equal([['trip', 0, 9]])
  })

  it('tell how far and how fast', () => {
    const [trip] = findJourneys(minutesOf('5790'))
    if (trip?.kind !== 'trip') throw new Error('no trip')
    expect(trip.speedMax).to.equal(95)
    // Two thousandths of a degree of latitude, 111.2 m each.
    expect(trip.distanceM).to.be.closeTo(222.4, 0.5)
  })

  it('have a gap at the end as well, when nothing was heard until now', () => {
    const kinds = (untilMinute: number) =>
      findJourneys(minutesOf('55'), untilMinute * MINUTE_MS).map(({ kind }) => kind)
    expect(kinds(8)).to.deep.equal(['trip', 'gap'])
    expect(kinds(7)).to.deep.equal(['trip'])
    expect(findJourneys([], 100 * MINUTE_MS)).to.deep.equal([])
  })

  it('do not count the way across a gap', () => {
    const trip = findJourneys(minutesOf('55......55')).at(-1)
    expect(trip).to.have.property('distanceM').that.is.closeTo(111.2, 0.5)
  })

  it('go by the positions where there is no speed', () => {
    const minutes = minutesOf('0000').map((it) => ({ ...it, speedAvg: undefined, speedMax: undefined }))
    expect(findJourneys(minutes).map(({ kind }) => kind)).to.deep.equal(['stop', 'trip'])
    const still = minutes.map((it) => ({ ...it, lat: 59 }))
    expect(findJourneys(still).map(({ kind }) => kind)).to.deep.equal(['stop'])
  })

  it('are none of an empty day', () => {
    expect(findJourneys([])).to.deep.equal([])
  })
})
