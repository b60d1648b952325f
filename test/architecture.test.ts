import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { BROKER_PARTS, ROOMS } from './rooms.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The text of every file by its path from the root, with `/` between. */
type Files = Record<string, string>

function readRooms(): Files {
  const files: Files = {}
  for (const room of [...Object.keys(ROOMS), 'test']) {
    if (!existsSync(join(root, room))) continue
    for (const entry of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
      const path = `${room}/${entry.split(sep).join('/')}`
      // This file is full of examples of what is forbidden.
      if (path === 'test/architecture.test.ts') continue
      if (/\.tsx?$/.test(path) && !path.startsWith('dashboard/dist/'))
        files[path] = readFileSync(join(root, path), 'utf8')
    }
  }
  if (existsSync(join(root, 'main.ts'))) files['main.ts'] = readFileSync(join(root, 'main.ts'), 'utf8')
  return files
}

/** The imports of a file: a path from the root, or the name of a package or of a module of Node.js. */
function importsOf(path: string, source: string): string[] {
  const statements = [
    // import x from '...', import type { x } from '...', export * from '...', over several lines as well
    /^[ \t]*(?:import|export)\b[^'"`;=()]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
    // import('...'), also of a type
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ]
  const specifiers = statements.flatMap((pattern) => [...source.matchAll(pattern)].map((it) => it[1] ?? ''))
  return specifiers.map((it) =>
    it.startsWith('.')
      ? normalize(join(dirname(path), it))
          .split(sep)
          .join('/')
      : it,
  )
}

const isLocal = (target: string) =>
  target === 'main.ts' || (roomOf(target) in ROOMS && /\.tsx?$/.test(target))
const roomOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '')
const isMain = (path: string) => /(^|\/)main\.ts$/.test(path)

/** One line for each violation. */
function brokenRules(files: Files): string[] {
  const broken: string[] = []
  for (const [path, source] of Object.entries(files)) {
    const room = roomOf(path)
    for (const target of importsOf(path, source)) {
      const reason = whyNot(path, room, target)
      if (reason !== undefined) broken.push(`${path} imports ${target}: ${reason}`)
    }
    if (room === 'test' || isMain(path)) continue
    if (/\bprocess\??\.?\[?['"]?(env|argv|exit)\b/.test(source)) broken.push(`${path} reads process`)
    if (/\bimport\((?!\s*['"])/.test(source) && path !== 'sql/embedded/binaries.ts') {
      broken.push(`${path} imports what cannot be told`)
    }
  }
  return broken
}

function whyNot(path: string, room: string, target: string): string | undefined {
  if (isMain(target)) return 'nobody imports a main'
  if (room === 'test') return undefined
  if (/^(node:)?process$/.test(target) && !isMain(path)) return 'only a main reads process'
  if (/^(aedes|mqemitter)/.test(target) && !path.startsWith('broker/gate/'))
    return 'only the gate knows aedes'
  if (!isLocal(target)) {
    if (target.startsWith('..') || roomOf(target) === 'test') return 'it is outside of the rooms'
    if (room === 'rules' && isBuiltin(target)) return 'the rules run in a browser as well'
    return room === 'contract' ? 'the contract imports nothing but itself' : undefined
  }
  const other = roomOf(target)
  const mayImport = ROOMS[room]?.mayImport ?? []
  if (room !== '' && room !== other && !mayImport.includes(other)) {
    return `${room} may import ${mayImport.join(', ') || 'no other room'}`
  }
  return whyNotInBroker(path, target)
}

/** The parts of the broker meet in `broker.ts` and in the files beside it. */
function whyNotInBroker(path: string, target: string): string | undefined {
  const [part, ofTarget] = [partOf(path), partOf(target)]
  if (part === undefined || part === ofTarget) return undefined
  const mayImport = BROKER_PARTS[part]?.mayImport ?? []
  const isAllowed =
    ofTarget === undefined
      ? roomOf(target) === 'broker' || mayImport.includes(roomOf(target))
      : mayImport.includes(ofTarget)
  return isAllowed ? undefined : `${part} may import ${mayImport.join(', ')}`
}

const partOf = (path: string) => Object.keys(BROKER_PARTS).find((it) => path.startsWith(`${it}/`))

/**
 * The shortest path from each file back to itself, along imports of any kind; a cycle is found once, as a chain of
 * paths.
 */
function importCycles(files: Files): string[][] {
  const targets = new Map<string, string[]>()
  for (const [path, source] of Object.entries(files)) {
    targets.set(
      path,
      importsOf(path, source).filter((it) => it in files),
    )
  }
  const cycles = new Map<string, string[]>()
  for (const start of targets.keys()) {
    const cycle = wayBack(start, targets)
    const name = cycle?.toSorted().join(' ')
    if (cycle !== undefined && name !== undefined && !cycles.has(name)) cycles.set(name, [...cycle, start])
  }
  return [...cycles.values()]
}

function wayBack(start: string, targets: ReadonlyMap<string, string[]>): string[] | undefined {
  const seen = new Set<string>()
  let ways = [[start]]
  while (ways.length > 0) {
    const longer: string[][] = []
    for (const way of ways) {
      for (const target of targets.get(way.at(-1) ?? '') ?? []) {
        if (target === start) return way
        if (!seen.has(target)) longer.push([...way, target])
        seen.add(target)
      }
    }
    ways = longer
  }
  return undefined
}

describe('the rooms', () => {
  const files = readRooms()

  it('rooms have no import cycles, type-only ones included', () => {
    expect(importCycles(files)).to.deep.equal([])
  })

  it('rooms import only what the design allows', () => {
    expect(brokenRules(files)).to.deep.equal([])
  })

  it('rooms import only packages that package.json lists as dependencies', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>
    const nameOf = (target: string) =>
      target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')
    // The page's packages are in its build, and not needed to run it.
    const mayUse = (path: string, name: string) =>
      name in dependencies || (roomOf(path) === 'dashboard' && name in devDependencies)
    const unlisted = Object.entries(files)
      .filter(([path]) => roomOf(path) !== 'test')
      .flatMap(([path, source]) => importsOf(path, source).map((target) => ({ path, target })))
      .filter(({ target }) => !isLocal(target) && !target.startsWith('node:'))
      // Its own style sheets.
      .filter(({ path, target }) => !target.startsWith(`${roomOf(path)}/`))
      .filter(({ path, target }) => !mayUse(path, nameOf(target)))
    expect(unlisted).to.deep.equal([])
  })

  it('all rooms are checked', () => {
    const rooms = new Set(Object.keys(files).map(roomOf))
    expect(rooms).to.include.all.keys('contract', 'rules', 'kit', 'sql', 'broker', 'api', 'simulator')
    expect(importsOf('broker/broker.ts', files['broker/broker.ts'] ?? '')).to.include.members([
      'kit/tls.ts',
      'broker/gate/gate.ts',
      'broker/ingest/ingest.ts',
    ])
  })
})

describe('the check of the rooms', () => {
  const offences: Record<string, [path: string, source: string]> = {
    'the contract that imports kit': ['contract/a.ts', "import { codeOf } from '../kit/errors.ts'"],
    'the contract that imports a package': ['contract/a.ts', "import { Ajv } from 'ajv'"],
    "the contract that imports one of Node.js' modules": [
      'contract/a.ts',
      "import { once } from 'node:events'",
    ],
    'the rules that import kit': ['rules/a.ts', "import { codeOf } from '../kit/errors.ts'"],
    "the rules that import one of Node.js' modules": ['rules/a.ts', "import { readFileSync } from 'fs'"],
    'the contract that imports the rules': ['contract/a.ts', "import { advance } from '../rules/advance.ts'"],
    'kit that imports the contract': ['kit/a.ts', "import type { Role } from '../contract/claims.ts'"],
    'sql that imports the broker': ['sql/a.ts', "import { x } from '../broker/accept.ts'"],
    'the gate that imports ingest': ['broker/gate/a.ts', "import { decode } from '../ingest/decode.ts'"],
    'ingest that imports the gate': ['broker/ingest/a.ts', "export type { Edge } from '../gate/edge.ts'"],
    'the gate that imports the commands': [
      'broker/gate/a.ts',
      "import { openCommands } from '../commands/commands.ts'",
    ],
    'the commands that import the gate': [
      'broker/commands/a.ts',
      "import type { Edge } from '../gate/edge.ts'",
    ],
    'the live feed that imports the gate': [
      'broker/live/a.ts',
      "import type { Edge } from '../gate/edge.ts'",
    ],
    'the gate that imports sql': ['broker/gate/a.ts', "import { connect } from '../../sql/connect.ts'"],
    'the registry that imports the gate': [
      'broker/registry/a.ts',
      "import type { Edge } from '../gate/edge.ts'",
    ],
    'the api that imports the broker': [
      'api/vehicles/a.ts',
      "import {\n  x,\n  y,\n} from '../../broker/accept.ts'",
    ],
    'an import of a main': ['broker/a.ts', "import './main.ts'"],
    'a test that imports a main': ['test/a.test.ts', "await import('../broker/main.ts')"],
    'aedes outside the gate': ['broker/broker.ts', "import { Aedes } from 'aedes'"],
    'a dynamic import': ['api/a.ts', "const broker = await import('../broker/broker.ts')"],
    'the type of a dynamic import': ['api/a.ts', "type A = import('../broker/accept.ts').Accept"],
    'a re-export of everything': ['kit/a.ts', "export * from '../sql/connect.ts'"],
    'an import of a test': ['kit/a.ts', "import { eventually } from '../test/support/eventually.ts'"],
    'process.env outside a main': ['kit/a.ts', 'const port = process.env["PORT"]'],
    'process.exit outside a main': ['kit/a.ts', 'process.exit(1)'],
    'an import of process': ['kit/a.ts', "import { env } from 'node:process'"],
    'an import of a computed name': ['kit/a.ts', 'await import(name)'],
  }
  it('the check finds a cycle of types and one of a dynamic import, each once', () => {
    const cycles = importCycles({
      'kit/a.ts': "import type { B } from './b.ts'",
      'kit/b.ts': "import { c } from './c.ts'",
      'kit/c.ts': "import { type A } from './a.ts'\nimport { e } from './e.ts'",
      'kit/d.ts': "await import('./e.ts')",
      'kit/e.ts': "export type { D } from './d.ts'\nimport { f } from './f.ts'",
      'kit/f.ts': '',
    })
    expect(cycles).to.deep.equal([
      ['kit/a.ts', 'kit/b.ts', 'kit/c.ts', 'kit/a.ts'],
      ['kit/d.ts', 'kit/e.ts', 'kit/d.ts'],
    ])
  })

  for (const [name, [path, source]] of Object.entries(offences)) {
    it(`the check finds ${name}`, () => {
      expect(brokenRules({ [path]: source })).to.have.length(1)
    })
  }

  const allowed: Record<string, [path: string, source: string]> = {
    'the rules with the contract': ['rules/a.ts', "import type { Reading } from '../contract/telemetry.ts'"],
    'process.env in a main': ['broker/main.ts', 'loadConfig(process.env)'],
    'process.pid and process.exitCode': ['kit/a.ts', 'process.exitCode = process.pid'],
    'a comment that speaks of an import': ['kit/a.ts', " * import { x } from '../sql/connect.ts'"],
    'the gate with aedes': ['broker/gate/a.ts', "import { Aedes } from 'aedes'"],
    'the gate with the registry and a file that joins them': [
      'broker/gate/a.ts',
      "import { x } from '../registry/registry.ts'\nimport type { Accept } from '../accept.ts'",
    ],
    'the broker that joins gate and ingest': [
      'broker/broker.ts',
      "import { openGate } from './gate/gate.ts'\nimport { createIngest } from './ingest/ingest.ts'",
    ],
  }
  for (const [name, [path, source]] of Object.entries(allowed)) {
    it(`the check allows ${name}`, () => {
      expect(brokenRules({ [path]: source })).to.deep.equal([])
    })
  }
})
