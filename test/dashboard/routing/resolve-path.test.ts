import { expect } from 'chai'
import { resolvePath } from '../../../dashboard/routing/resolve-path.ts'

describe('where a link leads', () => {
  it('keeps the filters, and nothing else of the query', () => {
    const search = '?q=bus&state=moving&state=alert&group=north&list=1&at=3'
    expect(resolvePath('/overview', search)).to.equal('/overview?q=bus&state=moving&state=alert&group=north')
    expect(resolvePath('/overview', '')).to.equal('/overview')
    expect(resolvePath('/overview', '?list=1')).to.equal('/overview')
  })

  it('is what it says when it has a query of its own', () => {
    expect(resolvePath('/?q=van', '?q=bus')).to.equal('/?q=van')
    expect(resolvePath('/?', '?q=bus')).to.equal('/?')
  })

  it('has the query before the fragment', () => {
    expect(resolvePath('/docs#a', '?q=b&q=c%20d')).to.equal('/docs?q=b&q=c+d#a')
  })
})
