import { expect } from 'chai'
import { createAvailability } from '../../../broker/ingest/availability.ts'
import { createLog } from '../../../kit/log.ts'
import { eventually } from '../../support/eventually.ts'

describe('availability of the database', () => {
  function open(calmMs: number) {
    const lines: { event: string; level: string }[] = []
    const destination = { write: (line: string) => void lines.push(JSON.parse(line) as never) }
    const availability = createAvailability({ log: createLog('test', 'info', destination), calmMs })
    return { availability, told: () => lines.map(({ event, level }) => `${level} ${event}`) }
  }

  it('the database is slow, logged once, from a late write until none was late for a while', async () => {
    const { availability, told } = open(300)
    for (let n = 0; n < 20; n++) {
      const end = availability.late()
      end()
      expect(availability.slowness).to.not.equal(undefined)
    }
    expect(told()).to.deep.equal(['warn database_slow'])
    const startMs = performance.now()
    await eventually('the slowness is over', () => availability.slowness === undefined)
    expect(performance.now() - startMs).to.be.greaterThan(250)
    expect(told()).to.deep.equal(['warn database_slow', 'info database_slow_over'])
  })

  it('the database stays slow while one write is late, however long that takes', async () => {
    const { availability } = open(20)
    const end = availability.late()
    availability.late()()
    await availability.untilNoneLate(100)
    expect([availability.lateCount, availability.slowness === undefined]).to.deep.equal([1, false])
    end()
    end()
    expect(availability.lateCount).to.equal(0)
    await eventually('the slowness is over', () => availability.slowness === undefined)
  })

  it('the database is either slow or away, never both', () => {
    const { availability, told } = open(10)
    const end = availability.late()
    availability.away(new Error('refused'))
    expect([availability.slowness, availability.outage?.reason]).to.deep.equal([undefined, 'refused'])
    availability.late()()
    expect(availability.slowness).to.equal(undefined)
    end()
    availability.here()
    expect(told()).to.deep.equal(['warn database_slow', 'error database_away', 'info database_back'])
    availability.late()
    expect(availability.slowness).to.not.equal(undefined)
  })

  it('writers that yield wait until no write is late', async () => {
    const { availability } = open(10)
    await availability.untilNoneLate(60_000)
    const end = availability.late()
    let isOver = false
    const waited = availability.untilNoneLate(60_000).then(() => (isOver = true))
    await new Promise(setImmediate)
    expect(isOver).to.equal(false)
    end()
    await waited
  })
})
