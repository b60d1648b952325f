type OnMessage = (payload: Uint8Array) => void

/** The subscribers of each topic. Topics have no wildcards here. */
export class FollowedTopics {
  readonly #subscribers = new Map<string, Set<OnMessage>>()

  get topics(): string[] {
    return [...this.#subscribers.keys()]
  }

  /** Returns whether the topic had no subscriber before. */
  add(topic: string, onMessage: OnMessage): boolean {
    const known = this.#subscribers.get(topic)
    if (known === undefined) this.#subscribers.set(topic, new Set([onMessage]))
    else known.add(onMessage)
    return known === undefined
  }

  /** Returns whether the topic has no subscriber any longer. */
  remove(topic: string, onMessage: OnMessage): boolean {
    const subscribers = this.#subscribers.get(topic)
    if (subscribers?.delete(onMessage) !== true || subscribers.size > 0) return false
    return this.#subscribers.delete(topic)
  }

  hand(topic: string, payload: Uint8Array): void {
    for (const onMessage of this.#subscribers.get(topic) ?? []) onMessage(payload)
  }
}
