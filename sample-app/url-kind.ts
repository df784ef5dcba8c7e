/** `postgres:` and the like; nothing when the text is no URL, or has a `%` in it that nobody could decode. */
export function protocolOf(url: string): string {
  try {
    decodeURIComponent(url);
    return new URL(url).protocol;
  } catch {
    return '';
  }
}

/** What a URL that cannot be used is, without anything but the protocol: the rest may hold a password. */
export function kindOf(url: string): string {
  const protocol = protocolOf(url);
  return protocol === ''
    ? 'something that is not a URL (is every special character of the password percent-encoded?)'
    : `another kind of \`${protocol}\` URL`;
}
