/** What is awaited of proxies. */
export interface ProxyWait {
  /** What the proxies are to have, for messages: `reviews v1 90, v2 10`. */
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds before the first look: earlier than that none can have it. */
  readonly delay: number;
  /** Query of the configuration dump, as narrow as Envoy can. */
  readonly query: string;
  /** What a proxy lacks, in words; null when it has everything, or has nothing to do with it. */
  readonly lackOf: (dump: readonly unknown[]) => string | null;
  /**
   * Whether a proxy can send to the services at all: one that can has to confirm. Absent where nobody need know them.
   */
  readonly concerns?: (dump: readonly unknown[]) => boolean;
}
