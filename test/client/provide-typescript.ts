import { register } from 'node:module'

/** Makes later imports of `typescript` resolve to typescript-api.ts. */
export function provideTypeScript(): void {
  const own = JSON.stringify(new URL('typescript-api.ts', import.meta.url).href)
  const hooks = `export const resolve = (it, context, next) => next(it === 'typescript' ? ${own} : it, context)`
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
}
