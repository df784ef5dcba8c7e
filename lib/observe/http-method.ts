/** The methods of RFC 9110, PATCH and QUERY; any other method is `_OTHER`. */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
  '_OTHER',
] as const;
export type HttpMethod = (typeof METHODS)[number];
