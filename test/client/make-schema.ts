import { register } from 'node:module'

const HEADER = '// Made of the OpenAPI document by `npm run client`: not to be edited.\n\n'

/** The TypeScript types of an OpenAPI document, as `openapi-fetch` takes them. */
export async function makeSchema(document: object): Promise<string> {
  const own = JSON.stringify(new URL('typescript-api.ts', import.meta.url).href)
  const hooks = `export const resolve = (it, context, next) => next(it === 'typescript' ? ${own} : it, context)`
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
  // Only now, so that it gets that TypeScript.
  const { default: makeTypes, astToString } = await import('openapi-typescript')
  // A copy, because it is changed.
  return HEADER + astToString(await makeTypes(structuredClone(document) as never))
}
