import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'

const FLAVOURS = ['plain', 'apache', 'community']
const migrationsIn = (folder: string) => readdirSync(folder).filter((it) => it.endsWith('.sql'))

describe('files of migrations', () => {
  it('a migration of one flavour has a file for each of them', () => {
    for (const flavour of FLAVOURS)
      expect(migrationsIn(`sql/${flavour}`), flavour).to.deep.equal(migrationsIn('sql/plain'))
  })

  it('a migration that is the same in all flavours is one file in sql/', () => {
    const equal = migrationsIn('sql/plain').filter((name) => {
      const texts = FLAVOURS.map((flavour) => readFileSync(`sql/${flavour}/${name}`, 'utf8').trim())
      return new Set(texts).size === 1
    })
    expect(equal).to.deep.equal([])
  })

  it('each number is of one migration', () => {
    const numbers = [...migrationsIn('sql'), ...migrationsIn('sql/plain')].map((name) => name.slice(0, 3))
    expect(numbers.filter((it, at) => numbers.indexOf(it) !== at)).to.deep.equal([])
  })
})
