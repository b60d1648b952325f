import { expect } from 'chai'
import { indexGeofences } from '../../rules/geofence-index.ts'
import type { Geofence, LonLat } from '../../rules/geofence.ts'
import { nextFences } from '../../rules/fences.ts'

const e7 = (lon: number, lat: number) => ({ lat: Math.round(lat * 1e7), lon: Math.round(lon * 1e7) })
const box = (key: string, west: number, east: number): Geofence => {
  const ring: LonLat[] = [
    [west, -0.1],
    [east, -0.1],
    [east, 0.1],
    [west, 0.1],
    [west, -0.1],
  ]
  return { key, shape: { type: 'Polygon', coordinates: [ring] } }
}

describe('an index of geofences', () => {
  const index = indexGeofences([box('b', 30.1, 30.2), box('a', 30, 30.1), box('far', 40, 41)])
  const keysAt = (from: number, to = from) => index.near(e7(from, 0), e7(to, 0)).map((it) => it.geofence.key)

  it('geofences at a position or on a way are found, in the order of their keys', () => {
    expect(keysAt(30.05)).to.deep.equal(['a'])
    expect(keysAt(30.1)).to.deep.equal(['a', 'b'])
    expect(keysAt(29.9, 30.3)).to.deep.equal(['a', 'b'])
    expect(keysAt(30.3, 29.9)).to.deep.equal(['a', 'b'])
    expect(keysAt(29)).to.deep.equal([])
  })

  it('geofences that are closer than their hysteresis are found', () => {
    expect(keysAt(29.9998)).to.deep.equal(['a'])
    expect(keysAt(29.9997)).to.deep.equal([])
  })

  it('geofences across the 180th meridian are found from both sides', () => {
    for (const east of [180.1, -179.9]) {
      const across = indexGeofences([box('across', 179.9, east)])
      const isFound = (lon: number) => across.near(e7(lon, 0), e7(lon, 0)).length === 1
      expect([179.95, 180, -180, -179.95].map(isFound)).to.deep.equal([true, true, true, true])
      expect([179.8, -179.8, 0].map(isFound)).to.deep.equal([false, false, false])
    }
  })

  it('geofences on a way across the 180th meridian are found, and none around the world', () => {
    const both = indexGeofences([box('at-180', 179.99, -179.99), box('at-0', -0.1, 0.1)])
    const found = both.near(e7(179.9, 0), e7(-179.9, 0)).map((it) => it.geofence.key)
    expect(found).to.deep.equal(['at-180'])
  })

  it('an enter may have its crossing beyond the 180th meridian', () => {
    const geofences = indexGeofences([box('across', -179.998, -179.9)])
    const fix = (s: number, lon: number) => ({ timeMs: s * 1000, ...e7(lon, 0) })
    const first = nextFences(
      [],
      { from: fix(0, 179.99), to: fix(10, 179.999), isContinuous: true },
      geofences,
    )
    const second = { from: fix(10, 179.999), to: fix(20, -179.997), isContinuous: true }
    const third = { from: fix(20, -179.997), to: fix(30, -179.99), isContinuous: true }
    const { tracked } = nextFences(first.tracked, second, geofences)
    const [enter] = nextFences(tracked, third, geofences).events
    expect(enter).to.deep.include({ kind: 'enter', geofence: 'across' })
    expect(enter?.lon).to.be.closeTo(-1_799_980_000, 10)
    expect(enter?.timeMs).to.be.closeTo(17_500, 2)
  })
})
