import { expect } from 'chai'
import { PROBLEMS } from '../../contract/problems.ts'

const problems = Object.entries(PROBLEMS)

describe('the table of problems', () => {
  it('has codes in snake_case', () => {
    for (const [code] of problems) expect(code).to.match(/^[a-z0-9]+(_[a-z0-9]+)*$/)
  })

  it('has a title of its own for each, which is no sentence about one occurrence', () => {
    expect(new Set(problems.map(([, { title }]) => title)).size).to.equal(problems.length)
    for (const [, { title }] of problems) expect(title).to.match(/^[A-Z][^.{}$]+$/)
  })

  it('has statuses of errors only', () => {
    for (const [code, { status }] of problems) expect(status, code).to.be.within(400, 599)
  })

  it('answers what is wrong with a message or a reading with 422, and with nothing else', () => {
    const of422 = problems.filter(([, { status }]) => status === 422).map(([code]) => code)
    const codes = Object.keys(PROBLEMS)
    expect(of422).to.deep.equal(codes.slice(0, codes.indexOf('invalid_request')))
  })

  it('has one code for a status of a request, so that the status follows from the code and back', () => {
    const ofRequests = problems.map(([, { status }]) => status).filter((status) => status !== 422)
    expect(new Set(ofRequests).size).to.equal(ofRequests.length)
  })
})
