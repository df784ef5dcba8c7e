import axios from 'axios';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { request as requestUndici } from 'undici';

export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Sends a request and reads its response. Rejects without one. */
export type Send = (url: string, sent?: Sent) => Promise<unknown>;

async function sendFetch(url: string, sent: Sent = {}): Promise<unknown> {
  return (await fetch(url, sent)).arrayBuffer();
}

async function sendUndici(url: string, sent: Sent = {}): Promise<unknown> {
  return (await requestUndici(url, sent)).body.arrayBuffer();
}

function sendHttp(url: string, { body, ...options }: Sent = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    request(url, options, (response) => void buffer(response).then(resolve, reject))
      .on('error', reject)
      .end(body);
  });
}

function sendAxios(url: string, { method = 'GET', body, signal }: Sent = {}): Promise<unknown> {
  return axios.request({
    url,
    method,
    validateStatus: () => true,
    ...(body && { data: body }),
    ...(signal && { signal }),
  });
}

/** The clients that applications use, each on the channels of Node or of one undici. */
export const CLIENTS: Readonly<Record<string, Send>> = {
  fetch: sendFetch,
  undici: sendUndici,
  http: sendHttp,
  axios: sendAxios,
};
