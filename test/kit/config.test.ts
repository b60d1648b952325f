import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { loadConfig } from '../../kit/config.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import { SETTINGS } from '../../kit/settings.ts'

const SECRET = 'correct-horse-battery-staple-correct'

describe('configuration', () => {
  let directory = ''
  before(() => (directory = mkdtempSync(join(tmpdir(), 'fleetwire-config-'))))
  after(() => rmSync(directory, { recursive: true }))

  function fileWith(name: string, content: string): string {
    const path = join(directory, name)
    writeFileSync(path, content)
    return path
  }

  it('the schemas of settings are valid', () => {
    const ajv = new Ajv2020({ strict: false })
    expect(ajv.validateSchema({ type: 'object', properties: SETTINGS }), ajv.errorsText()).to.equal(true)
  })

  function refusal(...args: Parameters<typeof loadConfig>): string {
    try {
      loadConfig(...args)
    } catch (error) {
      expect(codeOf(error)).to.equal('bad_settings')
      return messageOf(error)
    }
    return expect.fail('it was accepted')
  }

  it('an empty environment gives the defaults', () => {
    const defaults = Object.entries(SETTINGS)
      .filter(([, setting]) => 'default' in setting)
      .map(([name, setting]) => [name, 'default' in setting ? setting.default : undefined])
    expect(loadConfig({})).to.deep.equal(Object.fromEntries(defaults))
  })

  it('numeric settings become numbers, and text stays text', () => {
    const config = loadConfig({
      PORT: '8080',
      RETENTION_DAYS: '0',
      HOST: '1',
      ADMIN_PASSWORD: '123456789012',
    })
    expect(config).to.include({ PORT: 8080, RETENTION_DAYS: 0, HOST: '1', ADMIN_PASSWORD: '123456789012' })
  })

  it('an empty value counts as unset', () => {
    expect(loadConfig({ PORT: '', HOST: '', JWT_SECRET: '' })).to.deep.equal(loadConfig({}))
    expect(refusal({ JWT_SECRET: '' }, ['JWT_SECRET'])).to.include('JWT_SECRET is required')
  })

  it('unknown variables are ignored', () => {
    expect(loadConfig({ PATH: '/bin', PORT_FILE: '/nowhere', NO_SUCH: '1' })).to.deep.equal(loadConfig({}))
  })

  it('all problems are reported together, one per line', () => {
    const message = refusal({ PORT: '65536', MQTT_PORT: 'x', COPY_CONNECTIONS: '1.5', LOG_LEVEL: 'loud' }, [
      'DATABASE_URL',
      'JWT_SECRET',
    ])
    const [first, ...lines] = message.split('\n')
    expect(first).to.equal('6 bad setting(s):')
    expect(lines).to.have.length(6)
    for (const part of [
      'PORT must be <= 65535, not "65536"',
      'MQTT_PORT must be integer, not "x"',
      'COPY_CONNECTIONS must be integer, not "1.5"',
      'fatal, error, warn, info, debug, trace, silent',
      'DATABASE_URL is required',
      'JWT_SECRET is required',
    ]) {
      expect(message).to.include(part)
    }
  })

  it('numeric settings are bounded as declared', () => {
    for (const [name, setting] of Object.entries(SETTINGS)) {
      if (!('minimum' in setting)) continue
      for (const value of [setting.minimum, setting.maximum]) {
        expect(loadConfig({ [name]: String(value) }), name).to.include({ [name]: value })
      }
      for (const value of [setting.minimum - 1, setting.maximum + 1]) {
        expect(refusal({ [name]: String(value) }), name).to.include(`${name} must be`)
      }
    }
  })

  it('a secret is never shown, however wrong it is', () => {
    const bad = {
      DATABASE_URL: 'mysql://u:hunter2@host/db',
      JWT_SECRET: 'hunter2',
      ADMIN_PASSWORD: 'hunter2',
    }
    const message = refusal(bad)
    expect(message).to.include('3 bad setting(s)').and.not.include('hunter2')
    const files = Object.fromEntries(
      Object.entries(bad).map(([name, value]) => [`${name}_FILE`, fileWith(name, value)]),
    )
    expect(refusal(files)).to.include('3 bad setting(s)').and.not.include('hunter2')
  })

  it('each secret may come from a file, without the line break', () => {
    const config = loadConfig({ JWT_SECRET_FILE: fileWith('secret', `${SECRET}\r\n`) }, ['JWT_SECRET'])
    expect(config.JWT_SECRET).to.equal(SECRET)
    const names = Object.entries(SETTINGS).filter(([, setting]) => 'secret' in setting)
    expect(names.map(([name]) => name)).to.have.members([
      'DATABASE_URL',
      'JWT_SECRET',
      'JWT_SECRET_PREVIOUS',
      'ADMIN_PASSWORD',
      'SMTP_URL',
    ])
  })

  it('a secret that is given twice is refused', () => {
    const message = refusal({ JWT_SECRET: SECRET, JWT_SECRET_FILE: fileWith('twice', SECRET) })
    expect(message).to.include('JWT_SECRET and JWT_SECRET_FILE are both set').and.not.include(SECRET)
  })

  it('an empty file setting does not override a secret', () => {
    expect(loadConfig({ JWT_SECRET: SECRET, JWT_SECRET_FILE: '' }).JWT_SECRET).to.equal(SECRET)
  })

  it('a missing or empty secret file is refused by name', () => {
    const empty = fileWith('empty', ' \n')
    expect(refusal({ JWT_SECRET_FILE: empty })).to.include(`JWT_SECRET_FILE: ${empty} is empty`)
    const missing = join(directory, 'missing')
    expect(refusal({ JWT_SECRET_FILE: missing }))
      .to.include('JWT_SECRET_FILE: ENOENT')
      .and.include(missing)
  })
})
