import { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'

/**
 * Classes for the server's requests and replies, which `app` accepts as its own. On those of Node.js, Express sets its
 * prototypes one by one (`Object.setPrototypeOf`). V8 then gives each of them a hidden class of its own (Node.js 20),
 * and every property access is looked up again (ADR 025).
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

/** Gives `mine` all properties of `theirs`, and its prototype. */
function adopt<T extends object>(theirs: T, mine: object): T {
  Object.setPrototypeOf(mine, Object.getPrototypeOf(theirs) as object)
  return Object.defineProperties(mine, Object.getOwnPropertyDescriptors(theirs)) as T
}
