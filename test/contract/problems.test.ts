import { expect } from 'chai'
import { PROBLEMS } from '../../contract/problems.ts'

const problems = Object.entries(PROBLEMS)

describe('table of problems', () => {
  it('problem codes are in snake_case', () => {
    for (const [code] of problems) expect(code).to.match(/^[a-z0-9]+(_[a-z0-9]+)*$/)
  })

  it('each problem has a unique title that fits every occurrence', () => {
    expect(new Set(problems.map(([, { title }]) => title)).size).to.equal(problems.length)
    for (const [, { title }] of problems) expect(title).to.match(/^[A-Z][^.{}$]+$/)
  })

  it('problem statuses are those of errors', () => {
    for (const [code, { status }] of problems) expect(status, code).to.be.within(400, 599)
  })

  it('422 is the status of exactly the problems of messages and readings', () => {
    const of422 = problems.filter(([, { status }]) => status === 422).map(([code]) => code)
    const codes = Object.keys(PROBLEMS)
    expect(of422).to.deep.equal(codes.slice(0, codes.indexOf('invalid_request')))
  })

  it('each other status belongs to one code, so that either follows from the other', () => {
    const ofRequests = problems.map(([, { status }]) => status).filter((status) => status !== 422)
    expect(new Set(ofRequests).size).to.equal(ofRequests.length)
  })
})
