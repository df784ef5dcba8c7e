/** A file with a bearer token, such as a mounted secret. Line feeds and spaces around the token do not count. */
export interface TokenFile {
  /** Its path. It is read for every request that sends a token, so a new token applies at once. */
  readonly file: string;
}

/** Decides whether a bearer token may read. Only `true` lets the request pass. */
export type TokenCheck = (token: string) => boolean | Promise<boolean>;

/** A user for HTTP basic authentication. */
export interface BasicUser {
  /** Its name, without a colon. */
  readonly user: string;
  /** The result of `hashPassword()`: `$scrypt$ln=14,r=8,p=5$…`. The password itself is not accepted. */
  readonly hash: string;
}

/** Who may read. If several options are given, a request must fulfil all of them. */
export interface AuthOptions {
  /**
   * The token that requests must send as `Authorization: Bearer …`: the token itself, a file that contains it, or a
   * function that decides. While the file is missing, empty or unreadable, every request is refused. The function must
   * answer within five seconds. Not allowed together with `basic`, because a request has one `Authorization` header.
   *
   * @defaultValue none
   */
  readonly bearerToken?: string | TokenFile | TokenCheck;

  /**
   * One user or several for HTTP basic authentication, with the hashes of their passwords. At most one password is
   * verified at a time, and the right one of each user is remembered, as a keyed hash.
   *
   * @defaultValue none
   */
  readonly basic?: BasicUser | readonly BasicUser[];

  /**
   * Addresses and CIDR ranges of the clients that may read, IPv4 and IPv6: `['10.0.0.0/8', '::1']`. The address is that
   * of the connection, unless `trustProxy` is given.
   *
   * @defaultValue none: clients from any address
   */
  readonly allow?: readonly string[];

  /**
   * Addresses and CIDR ranges of your proxies. For connections from these, the address of the client is the right-most
   * one in `X-Forwarded-For` that is not in this list. Such a request without a readable `X-Forwarded-For` is refused.
   * Only for `allow`.
   *
   * @defaultValue none: `X-Forwarded-For` is ignored
   */
  readonly trustProxy?: readonly string[];
}
