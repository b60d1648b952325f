import { provideTypeScript } from './provide-typescript.ts'

const HEADER = '// Made of the OpenAPI document by `npm run client`: not to be edited.\n\n'

/** The TypeScript types of an OpenAPI document, in the form that `openapi-fetch` expects. */
export async function makeSchema(document: object): Promise<string> {
  provideTypeScript()
  // Imported here, so that it gets that TypeScript.
  const { default: makeTypes, astToString } = await import('openapi-typescript')
  // A copy, because the call changes it.
  return HEADER + astToString(await makeTypes(structuredClone(document) as never))
}
