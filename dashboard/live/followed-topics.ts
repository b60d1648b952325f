type OnMessage = (payload: Uint8Array) => void

/** Who follows which topic. Topics have no wildcards here. */
export class FollowedTopics {
  readonly #followers = new Map<string, Set<OnMessage>>()

  get topics(): string[] {
    return [...this.#followers.keys()]
  }

  /** Whether it is the first one for that topic. */
  add(topic: string, onMessage: OnMessage): boolean {
    const known = this.#followers.get(topic)
    if (known === undefined) this.#followers.set(topic, new Set([onMessage]))
    else known.add(onMessage)
    return known === undefined
  }

  /** Whether nobody is left for that topic. */
  remove(topic: string, onMessage: OnMessage): boolean {
    const followers = this.#followers.get(topic)
    if (followers?.delete(onMessage) !== true || followers.size > 0) return false
    return this.#followers.delete(topic)
  }

  hand(topic: string, payload: Uint8Array): void {
    for (const onMessage of this.#followers.get(topic) ?? []) onMessage(payload)
  }
}
