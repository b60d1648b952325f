import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The variable by which a process of a run finds the directory that the run has built. */
const VARIABLE = 'TEST_BUILD_DIR'

/**
 * The path of a main module as JavaScript, as in the container's image. A start by tsx takes three times the processor time,
 * and a run starts about a hundred processes. The documents' shell blocks are run by tsx, as `npm start` is.
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
  process.env[VARIABLE] = directory
  return directory
}
