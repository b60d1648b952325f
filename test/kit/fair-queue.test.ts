import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { createFairQueue } from '../../kit/fair-queue.ts'
import { cpuMs } from '../support/growth.ts'

describe('fair queue', () => {
  /** A queue whose tasks run until the test ends them. */
  function open(atOnceMax: number, waitingMax: number, now = () => 0) {
    const queue = createFairQueue({ atOnceMax, waitingMax, now })
    const running: { user: string; end: () => void }[] = []
    const refused: string[] = []
    const begun: string[] = []
    const all: Promise<void>[] = []
    function ask(user: string): void {
      const task = () =>
        new Promise<string>((resolve) => {
          begun.push(user)
          const it = { user, end: () => resolve('done') }
          running.push(it)
        })
      const answer = queue.run(user, task).then((given) => {
        if (given === undefined) refused.push(user)
      })
      all.push(answer)
    }
    async function endOne(): Promise<void> {
      running.shift()?.end()
      await new Promise(setImmediate)
    }
    async function endAll(): Promise<void> {
      while (running.length > 0) await endOne()
      await Promise.all(all)
    }
    return { queue, ask, endOne, endAll, running, refused, begun }
  }

  it('the last place is kept for a user without a running task', async () => {
    const { ask, running, endAll } = open(2, 10)
    for (let n = 0; n < 5; n++) ask('a')
    expect(running.map(({ user }) => user)).to.deep.equal(['a'])
    ask('b')
    expect(running.map(({ user }) => user)).to.deep.equal(['a', 'b'])
    await endAll()
  })

  it('the user with the least used time is next, however many tasks of others wait', async () => {
    let nowMs = 0
    const { ask, begun, endOne, endAll } = open(1, 100, () => nowMs)
    for (let n = 0; n < 10; n++) ask('a')
    nowMs = 500
    await endOne()
    ask('b')
    await endOne()
    expect(begun).to.deep.equal(['a', 'a', 'b'])
    await endAll()
  })

  it('time that a user has used is forgotten, half of it every ten seconds', async () => {
    let nowMs = 0
    const { ask, begun, endOne, endAll } = open(1, 100, () => nowMs)
    ask('a')
    nowMs = 1000
    await endOne()
    nowMs = 61_000
    ask('b')
    nowMs = 61_500
    await endOne()
    ask('c')
    ask('b')
    ask('a')
    await endOne()
    await endAll()
    expect(begun).to.deep.equal(['a', 'b', 'c', 'a', 'b'])
  })

  it('a full queue refuses the newest task of the user with the most waiting', async () => {
    const { ask, refused, begun, endAll } = open(1, 4)
    for (let n = 0; n < 5; n++) ask('a')
    ask('a')
    ask('b')
    await new Promise(setImmediate)
    expect(refused).to.deep.equal(['a', 'a'])
    await endAll()
    expect(begun.toSorted()).to.deep.equal(['a', 'a', 'a', 'a', 'b'])
  })

  it('a task that is cancelled while it waits is not run, and frees its place', async () => {
    const { queue, ask, begun, refused, endAll } = open(1, 1)
    ask('a')
    const leaves: (() => void)[] = []
    let overs = 0
    const left = queue.run(
      'b',
      () => Promise.resolve('run'),
      (leave) => {
        leaves.push(leave)
        return () => overs++
      },
    )
    for (const leave of [...leaves, ...leaves]) leave()
    expect(await left).to.equal(undefined)
    expect(overs).to.equal(1)
    ask('c')
    await endAll()
    expect({ begun, refused }).to.deep.equal({ begun: ['a', 'c'], refused: [] })
  })

  it('a task that has begun runs to its end even if it is cancelled', async () => {
    const { queue, ask, endOne } = open(1, 1)
    ask('a')
    let leave = () => {}
    const given = queue.run(
      'b',
      () => Promise.resolve('run'),
      (it) => {
        leave = it
        return undefined
      },
    )
    await endOne()
    leave()
    expect(await given).to.equal('run')
  })

  it('finding the next task does not slow down with ten thousand known users', async () => {
    const timeBesides = async (users: number) => {
      const queue = createFairQueue({ atOnceMax: 1, waitingMax: 4000 })
      for (let n = 0; n < users; n++) await queue.run(`user ${n}`, () => Promise.resolve())
      const start = process.cpuUsage()
      await Promise.all(Array.from({ length: 4000 }, () => queue.run('a', () => Promise.resolve())))
      return cpuMs(start)
    }
    const [few, many] = [await timeBesides(1), await timeBesides(10_000)]
    // If each of the 4000 tasks looked at all users, this would take at least 150 ms.
    expect(many).to.be.lessThan(4 * few + 50)
  })

  it('a queue with rests leaves a place empty for a while after a heavy user', async () => {
    let nowMs = 0
    const queue = createFairQueue({ atOnceMax: 1, waitingMax: 4, rests: true, now: () => nowMs })
    const use = (ms: number) => async () => {
      nowMs += ms
      return Promise.resolve(performance.now())
    }
    const endMs = (await queue.run('a', use(400))) ?? 0
    // 400 ms took 0.4 of a second: the place stays empty for 160 ms.
    expect(((await queue.run('b', use(20))) ?? 0) - endMs).to.be.greaterThan(155)
    // The pause after a first login is unnoticeable: it is over before a timer of 100 ms.
    const late = delay(100, 'late')
    expect(await Promise.race([queue.run('c', use(20)), late])).to.be.a('number')
    await late
  })

  it('the queue continues after a task that fails', async () => {
    const { queue, ask, begun, endAll } = open(1, 4)
    const failed = queue
      .run('a', () => Promise.reject(new Error('away')))
      .catch((error: Error) => error.message)
    ask('b')
    expect(await failed).to.equal('away')
    await new Promise(setImmediate)
    expect(begun).to.deep.equal(['b'])
    await endAll()
  })

  it('each task is run or refused once, and no more run concurrently than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(5),
        fc.array(fc.option(fc.constantFrom('a', 'b', 'c')), { maxLength: 60 }),
        async (atOnceMax, waitingMax, steps) => {
          const { ask, running, begun, refused, endOne, endAll } = open(atOnceMax, waitingMax)
          for (const user of steps) {
            if (user === null) await endOne()
            else ask(user)
            expect(running.length).to.be.at.most(atOnceMax)
          }
          await endAll()
          const asked = steps.filter((it) => it !== null)
          expect([...begun, ...refused].toSorted()).to.deep.equal(asked.toSorted())
        },
      ),
      { numRuns: 50 },
    )
  })
})
