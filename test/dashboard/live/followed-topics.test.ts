import { expect } from 'chai'
import { FollowedTopics } from '../../../dashboard/live/followed-topics.ts'

describe('followed topics', () => {
  it('the first and the last follower of a topic are reported', () => {
    const followed = new FollowedTopics()
    const [one, two] = [() => {}, () => {}]
    expect(followed.add('a', one)).to.equal(true)
    expect(followed.add('a', two)).to.equal(false)
    expect(followed.remove('a', one)).to.equal(false)
    expect(followed.remove('a', one)).to.equal(false)
    expect(followed.topics).to.deep.equal(['a'])
    expect(followed.remove('a', two)).to.equal(true)
    expect(followed.topics).to.deep.equal([])
  })

  it('a message goes to all followers of its topic', () => {
    const followed = new FollowedTopics()
    const got: string[] = []
    followed.add('a', () => got.push('one'))
    followed.add('a', () => got.push('two'))
    followed.add('b', () => got.push('other'))
    followed.hand('a', new Uint8Array())
    followed.hand('c', new Uint8Array())
    expect(got).to.deep.equal(['one', 'two'])
  })
})
