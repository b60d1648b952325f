import { expect } from 'chai'
import { liveText } from '../../../dashboard/frame/live-text.ts'

describe('the text of the live status', () => {
  it('nothing is reported while the feed is live', () => {
    expect(liveText({ state: 'live', lastFrameMs: 0 }, 9000, 'en-GB').trouble).to.equal(undefined)
    expect(liveText({ state: 'connecting' }, 9000, 'en-GB').trouble).to.equal(undefined)
  })

  it('a stale feed reports for how long there was no data', () => {
    const { trouble } = liveText({ state: 'stale', lastFrameMs: 1000 }, 13_500, 'en-GB')
    expect(trouble).to.match(/^No data for 12 s\./)
  })

  it('a lost feed reports the reason and the time of the next attempt', () => {
    const status = {
      state: 'reconnecting',
      attempt: 2,
      retryAtMs: 5000,
      reason: 'the connection was lost',
    } as const
    expect(liveText(status, 2100, 'en-GB').trouble).to.equal(
      'Not live (the connection was lost); retrying in 3 s.',
    )
    expect(liveText(status, 5000, 'en-GB').trouble).to.equal(
      'Not live (the connection was lost); retrying now.',
    )
  })
})
