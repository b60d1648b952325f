import { register } from 'node:module'

/** What is imported from now on gets typescript-api.ts as its `typescript`. */
export function provideTypeScript(): void {
  const own = JSON.stringify(new URL('typescript-api.ts', import.meta.url).href)
  const hooks = `export const resolve = (it, context, next) => next(it === 'typescript' ? ${own} : it, context)`
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
}
