/** Whether both clients can read a URL: what one of them cannot, it throws at, with the password in its error. */
export function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password, pathname } = new URL(text);
  return isEncoded(username) && isEncoded(password) && /^\/?\d*$/.test(pathname);
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
