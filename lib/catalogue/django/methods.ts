import { type HttpMethod } from '../../observe/events.js';

/** The methods that django-prometheus knows, and its word for any other. */
export const DJANGO_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'TRACE',
  'OPTIONS',
  'CONNECT',
  'PATCH',
  '<invalid method>',
] as const;
export type DjangoMethod = (typeof DJANGO_METHODS)[number];

/** The label value of a method. */
export function djangoMethod(method: HttpMethod): DjangoMethod {
  return method === 'QUERY' || method === '_OTHER' ? '<invalid method>' : method;
}
