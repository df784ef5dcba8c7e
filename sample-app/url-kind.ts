/** The protocol, such as `postgres:`; empty if the text is not a URL or contains a `%` that cannot be decoded. */
export function protocolOf(url: string): string {
  try {
    decodeURIComponent(url);
    return new URL(url).protocol;
  } catch {
    return '';
  }
}

/** Describes a URL that cannot be used, by its protocol only: the rest can contain a password. */
export function kindOf(url: string): string {
  const protocol = protocolOf(url);
  return protocol === ''
    ? 'something that is not a URL (is every special character of the password percent-encoded?)'
    : `another kind of \`${protocol}\` URL`;
}
