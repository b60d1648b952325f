import { expect } from 'chai'
import { cameraOfQuery, queryOfCamera } from '../../../../dashboard/map/camera/camera-in-query.ts'

const read = (search: string) => cameraOfQuery(new URLSearchParams(search))

describe('the camera in the address', () => {
  it('the camera in the address is zoom, latitude and longitude', () => {
    expect(read('q=truck&map=11.5/59.33/-18.06')).to.deep.equal({ zoom: 11.5, lat: 59.33, lon: -18.06 })
  })

  it('the camera in the address has as many decimals as the zoom can show', () => {
    expect(queryOfCamera({ zoom: 2.004, lat: 59.329312, lon: 18.068612 })).to.equal('2/59.3/18.1')
    expect(queryOfCamera({ zoom: 16, lat: 59.32931234, lon: -18.06861267 })).to.equal('16/59.32931/-18.06861')
    expect(queryOfCamera({ zoom: 3, lat: -0.0000001, lon: 0 })).to.equal('3/0/0')
  })

  it('a camera read from the address is less than a pixel away', () => {
    for (let zoom = 1; zoom <= 19; zoom++) {
      const place = { zoom, lat: 59.3293123456, lon: 18.0686123456 }
      const back = read(`map=${queryOfCamera(place)}`)
      const pxPerDegree = (512 * 2 ** zoom) / 360
      expect(Math.abs((back?.lon ?? NaN) - place.lon) * pxPerDegree).to.be.below(0.51)
    }
  })

  it('an invalid camera in the address is ignored', () => {
    for (const it of [
      '',
      'map=',
      'map=1/2',
      'map=1/2/3/4',
      'map=a/b/c',
      'map=4/91/0',
      'map=4/0/181',
      'map=99/0/0',
    ])
      expect(read(it), it).to.equal(undefined)
    for (const it of ['map=4/1e1/0', 'map=4//0', 'map=4/ 1/0', 'map=NaN/0/0', 'map=4/0x1/0'])
      expect(read(it), it).to.equal(undefined)
  })
})
