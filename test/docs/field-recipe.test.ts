import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readRecipe, takeStep } from './field-recipe.ts'
import { readDocument, ROOT } from './sections.ts'

/** The example of the recipe, and a name that no field will have: contributors add the example. */
const [EXAMPLE, FIELD] = ['tire_pressure', 'field_of_the_recipe']
/** A command that hangs would otherwise hang the whole run: it blocks this process and its timers. */
const COMMAND_TIMEOUT_MS = 240_000

describe('the recipe for a field of a reading', function () {
  this.timeout(300_000)
  let copy: string
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'fleetwire-recipe-'))
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    for (const file of listed.split('\0'))
      if (file !== '' && file !== 'node_modules' && existsSync(join(ROOT, file)))
        cpSync(join(ROOT, file), join(copy, file), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  })
  after(() => rmSync(copy, { recursive: true, force: true }))

  it('the steps of the recipe add a field that is stored, queried, documented and typed', () => {
    const text = readDocument('CONTRIBUTING.md')
      .replaceAll(EXAMPLE, FIELD)
      .replaceAll(EXAMPLE.replace('_', '-'), FIELD.replaceAll('_', '-'))
    for (const step of readRecipe(text, 'A field of a reading'))
      if (step.kind !== 'commands') takeStep(copy, step)
      else
        for (const command of step.commands) {
          const options = { cwd: copy, encoding: 'utf8', timeout: COMMAND_TIMEOUT_MS } as const
          const { status, stdout, stderr } = spawnSync('sh', ['-c', command], options)
          expect(status, `${command}\n${stdout}${stderr}`).to.equal(0)
        }
    for (const file of ['contract/telemetry.ts', 'docs/devices.md', 'client/schema.ts'])
      expect(readFileSync(join(copy, file), 'utf8'), file).to.include(FIELD)
  })
})
