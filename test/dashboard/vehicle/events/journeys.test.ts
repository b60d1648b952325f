import { expect } from 'chai'
import { findJourneys, MINUTE_MS, type Minute } from '../../../../dashboard/vehicle/events/journeys.ts'

/** One character is one minute: a digit is its speed in 10 km/h, `.` is no reading. Each minute is 0.001 degrees further north. */
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
  it('a day consists of trips and stops, to the minute', () => {
    expect(drawn('000555500000')).to.deep.equal([
      ['stop', 0, 3],
      ['trip', 3, 7],
      ['stop', 7, 12],
    ])
  })

  it('a short stop is part of the trip, but a longer stop is not', () => {
    expect(drawn('5500555')).to.deep.equal([['trip', 0, 7]])
    expect(drawn('55000555')).to.deep.equal([
      ['trip', 0, 2],
      ['stop', 2, 5],
      ['trip', 5, 8],
    ])
  })

  it('a short stop at either end of the day is kept, as it may continue', () => {
    expect(drawn('0555')).to.deep.equal([
      ['stop', 0, 1],
      ['trip', 1, 4],
    ])
    expect(drawn('5550').at(-1)).to.deep.equal(['stop', 3, 4])
  })

  it('more than five minutes without readings are a gap that ends the trip', () => {
    expect(drawn('55......55')).to.deep.equal([
      ['trip', 0, 2],
      ['gap', 2, 8],
      ['trip', 8, 10],
    ])
    expect(drawn('55.....55')).to.deep.equal([['trip', 0, 9]])
  })

  it('a trip has a distance and a maximum speed', () => {
    const [trip] = findJourneys(minutesOf('5790'))
    if (trip?.kind !== 'trip') throw new Error('no trip')
    expect(trip.speedMax).to.equal(95)
    // Two thousandths of a degree of latitude, 111.2 m each.
    expect(trip.distanceM).to.be.closeTo(222.4, 0.5)
  })

  it('a day without readings until now ends with a gap', () => {
    const kinds = (untilMinute: number) =>
      findJourneys(minutesOf('55'), untilMinute * MINUTE_MS).map(({ kind }) => kind)
    expect(kinds(8)).to.deep.equal(['trip', 'gap'])
    expect(kinds(7)).to.deep.equal(['trip'])
    expect(findJourneys([], 100 * MINUTE_MS)).to.deep.equal([])
  })

  it('the distance across a gap is not counted', () => {
    const trip = findJourneys(minutesOf('55......55')).at(-1)
    expect(trip).to.have.property('distanceM').that.is.closeTo(111.2, 0.5)
  })

  it('without a speed, movement is found from positions', () => {
    const minutes = minutesOf('0000').map((it) => ({ ...it, speedAvg: undefined, speedMax: undefined }))
    expect(findJourneys(minutes).map(({ kind }) => kind)).to.deep.equal(['stop', 'trip'])
    const still = minutes.map((it) => ({ ...it, lat: 59 }))
    expect(findJourneys(still).map(({ kind }) => kind)).to.deep.equal(['stop'])
  })

  it('an empty day has no journeys', () => {
    expect(findJourneys([])).to.deep.equal([])
  })
})
