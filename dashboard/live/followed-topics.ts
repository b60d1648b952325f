type OnMessage = (payload: Uint8Array) => void

/** The followers of each topic. Topics have no wildcards here. */
export class FollowedTopics {
  readonly #followers = new Map<string, Set<OnMessage>>()

  get topics(): string[] {
    return [...this.#followers.keys()]
  }

  /** Returns whether the topic had no follower before. */
  add(topic: string, onMessage: OnMessage): boolean {
    const known = this.#followers.get(topic)
    if (known === undefined) this.#followers.set(topic, new Set([onMessage]))
    else known.add(onMessage)
    return known === undefined
  }

  /** Returns whether the topic has no follower any longer. */
  remove(topic: string, onMessage: OnMessage): boolean {
    const followers = this.#followers.get(topic)
    if (followers?.delete(onMessage) !== true || followers.size > 0) return false
    return this.#followers.delete(topic)
  }

  hand(topic: string, payload: Uint8Array): void {
    for (const onMessage of this.#followers.get(topic) ?? []) onMessage(payload)
  }
}
