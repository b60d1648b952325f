import { provideTypeScript } from './provide-typescript.ts'

const HEADER = '// Generated from the OpenAPI document by `npm run client`; do not edit.\n\n'

/** The TypeScript types of an OpenAPI document, in the form that `openapi-fetch` expects. */
export async function makeSchema(document: object): Promise<string> {
  provideTypeScript()
  // Imported after the call above, so that it uses that TypeScript.
  const { default: makeTypes, astToString } = await import('openapi-typescript')
  // A copy, because the call changes its argument.
  return HEADER + astToString(await makeTypes(structuredClone(document) as never))
}
