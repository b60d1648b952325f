import { expect } from 'chai'
import type { Schemas } from '../../../../client/client.ts'
import { geofenceFeatures } from '../../../../dashboard/map/geofences/geofence-features.ts'
import { haversineM } from '../../../support/haversine.ts'

const geofence = (geometry: Schemas['Geofence']['geometry'], more: Partial<Schemas['Geofence']> = {}) => ({
  key: 'k',
  name: '',
  group: null,
  geometry,
  radius_m: null,
  width_m: null,
  hysteresis_m: 25,
  speed_limit: null,
  schedule: null,
  valid_from: '2026-11-01T00:00:00Z',
  created_at: '2026-11-01T00:00:00Z',
  ...more,
})
function shownOf(it: Schemas['Geofence']): GeoJSON.Feature {
  const [feature] = geofenceFeatures([it]).features
  if (feature === undefined) throw new Error('there is no feature')
  return feature
}

describe('geofences on the map', () => {
  it('a circle is a polygon whose corners are its radius away', () => {
    for (const lat of [0, 59, -80]) {
      const shown = shownOf(geofence({ type: 'Point', coordinates: [18, lat] }, { radius_m: 500 }))
      const [ring = []] = (shown.geometry as GeoJSON.Polygon).coordinates
      expect(ring).to.have.length(65)
      expect(ring[64]).to.deep.equal(ring[0])
      for (const [lon = 0, at = 0] of ring)
        expect(haversineM({ lat, lon: 18 }, { lat: at, lon })).to.be.closeTo(500, 2)
    }
  })

  it('a ring across the 180th meridian continues beyond it', () => {
    const ring = [
      [179, 0],
      [-179, 0],
      [-179, 1],
      [179, 1],
      [179, 0],
    ]
    const shown = shownOf(
      geofence({
        type: 'Polygon',
        coordinates: [
          ring,
          [
            [-179.5, 0.2],
            [-179.5, 0.4],
            [179.5, 0.4],
          ],
        ],
      }),
    )
    expect((shown.geometry as GeoJSON.Polygon).coordinates).to.deep.equal([
      [
        [179, 0],
        [181, 0],
        [181, 1],
        [179, 1],
        [179, 0],
      ],
      [
        [180.5, 0.2],
        [180.5, 0.4],
        [179.5, 0.4],
      ],
    ])
  })

  it('a corridor has its width in pixels at zoom 0, and a geofence without a name its key', () => {
    const shown = shownOf(
      geofence(
        {
          type: 'LineString',
          coordinates: [
            [0, 60],
            [1, 60],
          ],
        },
        { width_m: 100 },
      ),
    )
    // At 60 degrees, the circumference is half of that at the equator: 20,004 km in 512 pixels.
    expect(shown.properties?.['widthPx']).to.be.closeTo((100 * 512) / 20_037_000, 1e-5)
    expect(shown.properties?.['label']).to.equal('k')
  })
})
