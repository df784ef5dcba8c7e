/** An answer that took longer says little about the clock of Redis. */
const MOST_ROUND_TRIP_MS = 1000;

/** The clock of Redis, by which all hosts mean the same bucket. Until Redis has answered it is the one of this host. */
export class RedisClock {
  /** The time of Redis when our monotonic clock was 0. */
  private beganMs = Date.now() - performance.now();

  /** Milliseconds since 1970. */
  now(): number {
    return this.beganMs + performance.now();
  }

  /**
   * Sets the clock: Redis read its own about halfway between question and answer.
   *
   * @param redisMs what Redis read, in milliseconds since 1970
   * @param askedAt when it was asked, by our monotonic clock
   * @param answeredAt when the answer came, by our monotonic clock
   */
  set(redisMs: number, askedAt: number, answeredAt: number): void {
    const roundTripMs = answeredAt - askedAt;
    if (roundTripMs < MOST_ROUND_TRIP_MS) this.beganMs = redisMs + roundTripMs / 2 - answeredAt;
  }
}
