import { expect } from 'chai'
import { resolvePath } from '../../../dashboard/routing/resolve-path.ts'

describe('resolving a link', () => {
  it("a link keeps the query's filters and nothing else of it", () => {
    const search = '?q=bus&state=moving&state=alert&group=north&list=1&at=3'
    expect(resolvePath('/overview', search)).to.equal('/overview?q=bus&state=moving&state=alert&group=north')
    expect(resolvePath('/overview', '')).to.equal('/overview')
    expect(resolvePath('/overview', '?list=1')).to.equal('/overview')
  })

  it('a link with a query of its own stays as it is', () => {
    expect(resolvePath('/?q=van', '?q=bus')).to.equal('/?q=van')
    expect(resolvePath('/?', '?q=bus')).to.equal('/?')
  })

  it('a link has its query before its fragment', () => {
    expect(resolvePath('/docs#a', '?q=b&q=c%20d')).to.equal('/docs?q=b&q=c+d#a')
  })
})
