/**
 * Redis is shared: how much of what others may have written there is taken for ours. Each is some times what an
 * application with two thousand routes needs, and small enough that neither Redis nor our event loop is held up.
 */

/** Processes that are shown, the ones that reported last. */
export const MOST_PROCESSES = 1000;
/** Processes that have reported within the last minutes. More members, or longer ones, come from other programs. */
export const MOST_MEMBERS = 5000;
/** A name of a host has 255 at most. */
export const MOST_MEMBER_BYTES = 512;
/** The numbers of all increments of a batch have 24,000. */
export const MOST_FENCE_BYTES = 32_768;
/** An hour of ours has at most four for each of its 360 buckets. */
export const MOST_HOUR_FIELDS = 2000;
/** A route has two to four. */
export const MOST_ROUTE_FIELDS = 8000;
/** Once so many were read in a round trip the rest has to wait for the next: it is some ten milliseconds of Redis. */
export const MOST_FIELDS_AT_ONCE = 20_000;
/** Likewise for what they take of the memory of Redis: two or three of the largest tables. */
export const MOST_BYTES_AT_ONCE = 4_000_000;
/** What a field may take of it, on average, where there are as many as there may be. */
export const BYTES_PER_FIELD = 200;
/** And where there are few: the longest name, in ASCII, its number, and what Redis needs besides. */
export const MOST_BYTES_PER_FIELD = 1100;
/** What a hash without fields takes at most. */
export const EMPTY_HASH_BYTES = 4096;
/** A method and a route. */
export const MOST_NAME_LENGTH = 1000;
/** Redis adds up to numbers of nineteen digits. */
export const MOST_DIGITS = 19;
