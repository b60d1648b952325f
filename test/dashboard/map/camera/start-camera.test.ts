import { signal } from '@preact/signals'
import { expect } from 'chai'
import type { App } from '../../../../dashboard/app-context.ts'
import { VehicleTable } from '../../../../dashboard/live/vehicle-table.ts'
import { xOfLon, yOfLat } from '../../../../dashboard/map/camera/mercator.ts'
import { placeOf, startCamera } from '../../../../dashboard/map/camera/start-camera.ts'
import { parseRoute } from '../../../../dashboard/routing/routes.ts'

const SIZE = { width: 1000, height: 600 }

function appAt(path: string, search = '', isLoaded = true): Pick<App, 'route' | 'table' | 'filter'> {
  const table = new VehicleTable()
  const vehicle = { group: null, state: 'moving' as const, name: '' }
  const vehicles = [
    { ...vehicle, id: 1, vehicle: 'a', lat: 59, lon: 18 },
    { ...vehicle, id: 2, vehicle: 'b', lat: 57, lon: 12 },
    { ...vehicle, id: 3, vehicle: 'silent' },
  ]
  if (isLoaded) table.load(vehicles, 0)
  const filter = { mask: signal(new Uint8Array(table.count).fill(1)) } as unknown as App['filter']
  return { route: signal(parseRoute(path, search)), table, filter }
}

describe('the start of the map', () => {
  it('the map starts at the camera in the address, if there is one', () => {
    const camera = startCamera(appAt('/vehicles/a', '?map=9/10/20'), SIZE)
    expect(camera).to.deep.equal({ x: xOfLon(20), y: yOfLat(10), zoom: 9 })
  })

  it('without a camera in the address, the map starts at its vehicle', () => {
    const camera = startCamera(appAt('/vehicles/a'), SIZE)
    expect([camera?.x, camera?.y]).to.deep.equal([xOfLon(18), yOfLat(59)])
  })

  it('the map otherwise starts around all vehicles, also if the vehicle in the address has no position', () => {
    const all = startCamera(appAt('/'), SIZE)
    expect(all?.x).to.be.closeTo(xOfLon(15), 1e-12)
    expect(startCamera(appAt('/vehicles/silent'), SIZE)).to.deep.equal(all)
  })

  it('the map has no start before the first snapshot and while it has no size', () => {
    expect(startCamera(appAt('/', '', false), SIZE)).to.equal(undefined)
    expect(startCamera(appAt('/'), { width: 0, height: 0 })).to.equal(undefined)
  })
})

describe('placeOf', () => {
  it('placeOf returns undefined for a vehicle that is unknown or has no position', () => {
    const app = appAt('/')
    expect(placeOf(app, 'a')).to.deep.equal({ x: xOfLon(18), y: yOfLat(59) })
    expect(placeOf(app, 'silent')).to.equal(undefined)
    expect(placeOf(app, 'nobody')).to.equal(undefined)
  })
})
