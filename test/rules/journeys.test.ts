import { expect } from 'chai'
import { journeysOf, PARAMETERS, toAnswer, toReading } from './journey-lines.ts'
import { JOURNEY_TABLES } from './journey-tables.ts'
import { evaluate } from './oracle.ts'

describe('journeys', () => {
  for (const [name, { lines, journeys }] of Object.entries(JOURNEY_TABLES)) {
    it(name, () => {
      expect(journeysOf(lines).map(toAnswer)).to.deep.equal(journeys)
      const oracle = evaluate(lines.map(toReading), PARAMETERS)
      const answers = [...oracle.journeys, ...(oracle.openJourney ? [oracle.openJourney] : [])].map(toAnswer)
      expect(answers).to.deep.equal(journeys)
    })
  }
})
