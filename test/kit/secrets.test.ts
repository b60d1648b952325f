import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openSecrets } from '../../kit/secrets.ts'

describe('secrets', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-secrets-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('secrets are created once, for their owner alone, and stay the same', () => {
    const first = openSecrets(join(directory, 'data'))
    expect(first.areNew).to.equal(true)
    expect(statSync(first.file).mode & 0o777).to.equal(0o600)
    expect(new Set([first.jwtSecret, first.databasePassword, first.adminPassword]).size).to.equal(3)
    const second = openSecrets(join(directory, 'data'))
    expect(second).to.deep.equal({ ...first, areNew: false })
  })

  it('damaged secrets are never replaced', () => {
    const file = join(directory, 'secrets.json')
    for (const text of ['', '{"jwtSecret":"x"}', 'not JSON']) {
      writeFileSync(file, text)
      expect(() => openSecrets(directory))
        .to.throw(file)
        .with.property('code', 'bad_secrets')
      expect(readFileSync(file, 'utf8')).to.equal(text)
    }
  })

  it('a DATA_DIR that cannot be written is named', () => {
    const file = join(directory, 'file')
    writeFileSync(file, '')
    expect(() => openSecrets(join(file, 'below'))).to.throw('DATA_DIR')
  })
})
