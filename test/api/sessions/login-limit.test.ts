import { expect } from 'chai'
import { createLoginLimit, type Attempted } from '../../../api/sessions/login-limit.ts'
import { isRefusal } from '../../../api/http/refusal.ts'

describe('login limit', () => {
  type Limit = ReturnType<typeof createLoginLimit>

  /** Seconds until the address may try again; 0 if it was admitted. */
  async function attempt(
    limit: Limit,
    who: Attempted,
    succeeded: boolean | Promise<boolean>,
  ): Promise<number> {
    const answer = await limit.within(who, async () => ({
      answer: { status: 200 },
      succeeded: await succeeded,
    }))
    return isRefusal(answer) ? Number(answer.headers?.['retry-after']) : 0
  }
  const fail = (limit: Limit, address: string) => attempt(limit, { address }, false)

  it('failures are forgotten after a minute', async () => {
    let nowMs = 0
    const limit = createLoginLimit({ failuresPerMinuteMax: 2, now: () => nowMs })
    expect([await fail(limit, 'a'), await fail(limit, 'a'), await fail(limit, 'a')]).to.deep.equal([0, 0, 60])
    nowMs = 59_500
    expect(await fail(limit, 'a')).to.equal(1)
    nowMs = 60_000
    expect(await fail(limit, 'a')).to.equal(0)
  })

  it('attempts that are still being checked count', async () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 2, now: () => 0 })
    let settle = (_succeeded: boolean) => {}
    const checked = new Promise<boolean>((resolve) => (settle = resolve))
    const running = [0, 1].map(async () => attempt(limit, { address: 'a' }, checked))
    expect(await attempt(limit, { address: 'a' }, true)).to.equal(60)
    settle(true)
    await Promise.all(running)
    expect(await attempt(limit, { address: 'a' }, true)).to.equal(0)
  })

  it('failures of an address are bounded across many accounts tried concurrently', async () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 3, waitingMax: 100, now: () => 0 })
    let checked = 0
    const accounts = Array.from({ length: 50 }, (_, n) => `account ${n}`)
    const attempts = accounts.map(async (account) =>
      limit.within({ address: 'a', account }, async () => {
        checked++
        await new Promise(setImmediate)
        return { answer: { status: 401 }, succeeded: false }
      }),
    )
    await Promise.all(attempts)
    expect(checked).to.be.within(3, 4)
    expect(await attempt(limit, { address: 'b', account: 'account 1' }, true)).to.equal(0)
  })

  it('an account can log in while 20 others at its address try continuously', async () => {
    const limit = createLoginLimit({ now: () => 0 })
    let done = 0
    const once = async () => {
      await new Promise(setImmediate)
      done++
      return { answer: { status: 200 }, succeeded: true }
    }
    const others = Array.from({ length: 20 * 36 }, async (_, n) =>
      limit.within({ address: 'a', account: `abuser ${n % 20}` }, once),
    )
    let doneBefore = 0
    const answer = await limit.within({ address: 'a', account: 'victim' }, async () => {
      doneBefore = done
      return once()
    })
    expect(answer).to.deep.equal({ status: 200 })
    // The first 22 had begun, or had not used any time yet either.
    expect(doneBefore).to.be.lessThan(30)
    const refused = (await Promise.all(others)).filter((it) => isRefusal(it))
    expect(refused).to.have.length.greaterThan(600)
  })

  it('a bounded number of addresses is remembered', async () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 1, addressesMax: 2, now: () => 0 })
    await fail(limit, 'a')
    await fail(limit, 'b')
    expect(await fail(limit, 'a')).to.equal(60)
    await fail(limit, 'c')
    expect([await fail(limit, 'c'), await fail(limit, 'b')]).to.deep.equal([60, 60])
    expect(await fail(limit, 'a')).to.equal(0)
  })

  it('a /64 of IPv6 counts as one address', async () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 1, now: () => 0 })
    await fail(limit, '2001:db8::1')
    expect(await fail(limit, '2001:db8:0:0:7::2')).to.equal(60)
    expect(await fail(limit, '2001:db8:0:1::1')).to.equal(0)
    expect(await fail(limit, '::ffff:10.0.0.1')).to.equal(0)
    expect(await fail(limit, '::ffff:10.0.0.2')).to.equal(0)
  })
})
