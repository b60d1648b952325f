import { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'

/**
 * Classes for the server's requests and replies, which `app` finds to be its own. To those of Node.js it gives its prototypes
 * one by one (`Object.setPrototypeOf`), and then V8 takes each of them for a kind of its own (Node.js 20): whatever is
 * read from or written to them is looked up again (ADR 025).
 */
export function expressClasses(app: Express): {
  IncomingMessage: typeof IncomingMessage
  ServerResponse: typeof ServerResponse
} {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<R extends IncomingMessage> extends ServerResponse<R> {}
  app.request = adopt(app.request, ExpressRequest.prototype)
  app.response = adopt(app.response, ExpressResponse.prototype)
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse }
}

/** Makes `mine` what `theirs` is: all of its properties, and what it inherits. */
function adopt<T extends object>(theirs: T, mine: object): T {
  Object.setPrototypeOf(mine, Object.getPrototypeOf(theirs) as object)
  return Object.defineProperties(mine, Object.getOwnPropertyDescriptors(theirs)) as T
}
