import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { groupByVehicle, readCredentials, writeCredentials } from '../../simulator/credentials.ts'

describe('the credentials file', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'credentials-'))
    file = join(folder, 'fleet.tsv')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('credentials are read as written, and only their owner may access them', () => {
    const devices = [{ clientId: 'd', userName: 'd', token: 'a.b.c', vehicle: 'v' }]
    writeCredentials(file, devices)
    expect(readCredentials(file)).to.deep.equal(devices)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('an error names the bad line, and never its token', () => {
    writeFileSync(file, 'd\td\tsecret\tv\nd\td\tsecret\n')
    expect(() => readCredentials(file))
      .to.throw(/line 2: expected/)
      .and.not.match(/secret/)
    writeFileSync(file, 'd\td\tsecret\tno/vehicle\n')
    expect(() => readCredentials(file)).to.throw(/line 1: no\/vehicle is not the key/)
    writeFileSync(file, '\n')
    expect(() => readCredentials(file)).to.throw(/no device/)
  })

  it('the devices of a vehicle are grouped, in order', () => {
    const of = (vehicle: string) => ({ clientId: 'd', userName: 'd', token: 't', vehicle })
    expect(groupByVehicle(['v', 'w', 'v', 'x'].map(of))).to.deep.equal([[0, 2], [1], [3]])
  })

  it('the error for a missing file says how to create it', () => {
    expect(() => readCredentials(file)).to.throw(/provision/)
  })
})
