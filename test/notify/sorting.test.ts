import { expect } from 'chai'
import { isQuiet } from '../../notify/quiet-hours.ts'
import { nextAttemptMs, RETRIES_AFTER_MS } from '../../notify/retry-delays.ts'
import { decide, type ChannelLimits, type NewDelivery } from '../../notify/sorting.ts'

const nowMs = Date.parse('2026-11-30T12:00:00Z')
const delivery: NewDelivery = {
  reason: 'raised',
  severity: 'warning',
  eventMs: nowMs,
  mayBeTold: true,
  told: 'no',
}
const channel: ChannelLimits = {
  quietHours: null,
  zone: 'UTC',
  stormMax: 30,
  released: 0,
  stormUntilMs: null,
}
const route = (more: Partial<NewDelivery>, limits: Partial<ChannelLimits> = {}) =>
  decide({ ...delivery, ...more }, { ...channel, ...limits }, { nowMs, ageMaxMs: 900_000 })

describe('sorting of notifications', () => {
  it('an event that is too old is held for the digest, and one in time is sent on its own', () => {
    expect(route({ eventMs: nowMs - 900_000 })).to.deep.equal({ route: 'alone' })
    expect(route({ eventMs: nowMs - 900_001 })).to.deep.equal({ route: 'hold', because: 'late' })
    expect(route({ eventMs: null })).to.deep.equal({ route: 'alone' })
  })

  it('beyond the maximum in its window, and until the end of the storm, everything is held', () => {
    expect(route({}, { released: 29 })).to.deep.equal({ route: 'alone' })
    expect(route({}, { released: 30 })).to.deep.equal({ route: 'hold', because: 'storm' })
    expect(route({}, { stormUntilMs: nowMs + 1 })).to.deep.equal({ route: 'hold', because: 'storm' })
    expect(route({}, { stormUntilMs: nowMs })).to.deep.equal({ route: 'alone' })
    expect(route({ reason: 'test' }, { released: 30 })).to.deep.equal({ route: 'alone' })
  })

  it('a retraction takes the way of what it retracts, and is not sent if nobody was told', () => {
    const told = (it: NewDelivery['told']) =>
      route({ reason: 'retracted', told: it, eventMs: nowMs - 900_001 })
    expect(told('alone')).to.deep.equal({ route: 'alone' })
    expect(told('digest')).to.deep.equal({ route: 'hold', because: 'as_before' })
    expect(told('held')).to.deep.equal({ route: 'cancel' })
    expect(told('no')).to.deep.equal({ route: 'cancel' })
  })

  it('the end of an event that is held is held, too', () => {
    expect(route({ reason: 'ended', told: 'held' })).to.deep.equal({ route: 'hold', because: 'as_before' })
    expect(route({ reason: 'ended', told: 'alone' })).to.deep.equal({ route: 'alone' })
  })

  it('what the owner of the channel may not see is not sent', () => {
    expect(route({ mayBeTold: false })).to.deep.equal({ route: 'cancel' })
  })

  it('in quiet hours, also over midnight and in the zone of the channel, the named severities are held', () => {
    const quiet = { from: '22:00', to: '06:00', severities: ['info', 'warning'] as const }
    const at = (time: string, zone = 'UTC') =>
      isQuiet(quiet, { zone, severity: 'warning', nowMs: Date.parse(time) })
    expect(at('2026-11-30T21:59:59Z')).to.equal(false)
    expect(at('2026-11-30T22:00:00Z')).to.equal(true)
    expect(at('2026-12-01T05:59:59Z')).to.equal(true)
    expect(at('2026-12-01T06:00:00Z')).to.equal(false)
    expect(at('2026-11-30T21:00:00Z', 'Europe/Stockholm')).to.equal(true)
    expect(at('2026-07-30T20:00:00Z', 'Europe/Stockholm')).to.equal(true)
    expect(
      isQuiet(quiet, { zone: 'UTC', severity: 'critical', nowMs: Date.parse('2026-11-30T23:00:00Z') }),
    ).to.equal(false)
    const noon = { ...quiet, from: '11:00', to: '13:00' }
    expect(route({}, { quietHours: noon })).to.deep.equal({ route: 'hold', because: 'quiet' })
    expect(route({ severity: 'critical' }, { quietHours: noon })).to.deep.equal({ route: 'alone' })
  })

  it('attempts follow 5 s to 24 h after the first, then no more', () => {
    const times = RETRIES_AFTER_MS.map((_after, n) => nextAttemptMs(n + 1, nowMs, nowMs))
    expect(times.map((it) => ((it ?? 0) - nowMs) / 1000)).to.deep.equal([
      5, 60, 300, 1800, 7200, 21_600, 43_200, 86_400,
    ])
    expect(nextAttemptMs(9, nowMs, nowMs)).to.equal(undefined)
  })

  it('after an outage of notify itself, attempts keep a distance', () => {
    expect(nextAttemptMs(4, nowMs - 86_400_000, nowMs)).to.equal(nowMs + 60_000)
  })
})
