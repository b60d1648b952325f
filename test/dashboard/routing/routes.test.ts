import { expect } from 'chai'
import { parseRoute, vehiclePath } from '../../../dashboard/routing/routes.ts'

const viewOf = (path: string) => {
  const { query: _, ...route } = parseRoute(path, '')
  return route
}

describe('the addresses of the views', () => {
  it('the paths / and /vehicles/KEY lead to the map', () => {
    expect(viewOf('/')).to.deep.equal({ view: 'map', vehicle: undefined, tab: 'now' })
    expect(viewOf('/vehicles/v1')).to.deep.equal({ view: 'map', vehicle: 'v1', tab: 'now' })
    expect(viewOf('/vehicles/v1/replay')).to.deep.equal({ view: 'map', vehicle: 'v1', tab: 'replay' })
    expect(viewOf(vehiclePath('a-b_C', 'data'))).to.deep.equal({ view: 'map', vehicle: 'a-b_C', tab: 'data' })
  })

  it('each other view has its path', () => {
    expect(viewOf('/overview')).to.deep.equal({ view: 'overview' })
    expect(viewOf('/settings')).to.deep.equal({ view: 'settings' })
    expect(viewOf('/admin')).to.deep.equal({ view: 'admin', section: 'vehicles' })
    expect(viewOf('/admin/audit')).to.deep.equal({ view: 'admin', section: 'audit' })
  })

  it('an unknown path leads to no view', () => {
    for (const path of [
      '/vehicles',
      '/vehicles/v1/none',
      '/vehicles/v1/now/x',
      '/admin/none',
      '/overview/x',
      '/x',
    ])
      expect(viewOf(path), path).to.deep.equal({ view: 'missing', path })
  })

  it('a route keeps its query', () => {
    expect(parseRoute('/', '?q=bus').query.get('q')).to.equal('bus')
  })
})
