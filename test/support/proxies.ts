import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseProcess } from './database-process.js';

export const NGINX = '/usr/sbin/nginx';
export const HAPROXY = '/usr/sbin/haproxy';

/** A reverse proxy in a configuration that is common, before an application on the same machine. */
export interface ReverseProxy {
  readonly name: string;
  /** Nothing that it sends to the application tells a request of a stranger from one of a developer. */
  readonly isInvisible: boolean;
  readonly start: (appPort: number) => Promise<DatabaseProcess>;
}

const KEEP_ALIVE = 'proxy_http_version 1.1; proxy_set_header Connection "";';

export const PROXIES: readonly ReverseProxy[] = [
  nginx('nginx before 1.29.7 with its defaults', false, ''),
  nginx('nginx with the defaults of 1.29.7, HTTP/1.1', true, KEEP_ALIVE),
  nginx('nginx that passes the Host on', true, `${KEEP_ALIVE} proxy_set_header Host $http_host;`),
  nginx('nginx that passes the name on', true, `${KEEP_ALIVE} proxy_set_header Host $host;`),
  nginx(
    'nginx with WebSockets',
    true,
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  ),
  nginx(
    'nginx that tells who asks',
    false,
    `${KEEP_ALIVE} proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`,
  ),
  haproxy('HAProxy', true, 'mode http'),
  haproxy('HAProxy that shares its connections', true, 'mode http\n  http-reuse always'),
  haproxy('HAProxy that tells who asks', false, 'mode http\n  option forwardfor'),
  haproxy('HAProxy in TCP mode', true, 'mode tcp'),
];

function nginx(name: string, isInvisible: boolean, location: string): ReverseProxy {
  const site = (port: number, appPort: number) => `
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://127.0.0.1:${appPort}; ${location} }
      }`;
  return { name, isInvisible, start: (appPort) => startNginx((port) => site(port, appPort)) };
}

/** Starts an nginx with one site, which listens on the given port of 127.0.0.1. */
export function startNginx(site: (port: number) => string): Promise<DatabaseProcess> {
  const configuration = (folder: string, port: number) => `
    daemon off;
    pid ${folder}/nginx.pid;
    error_log stderr notice;
    worker_processes 1;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${folder}/${what};`).join(' ')}
      proxy_max_temp_file_size 0;
      ${site(port)}
    }`;
  return DatabaseProcess.start({
    name: 'nginx',
    binary: NGINX,
    create: () => Promise.resolve(),
    flags: (folder, port) => ['-p', folder, '-c', written(folder, configuration(folder, port))],
    logs: { ready: /start worker process \d/, portTaken: /Address already in use/ },
    endSignal: 'SIGTERM',
  });
}

function haproxy(name: string, isInvisible: boolean, defaults: string): ReverseProxy {
  const configuration = (port: number, appPort: number) => `
defaults
  ${defaults}
  timeout connect 30s
  timeout client 30s
  timeout server 30s
listen application
  bind 127.0.0.1:${port}
  server application 127.0.0.1:${appPort}
`;
  const start = (appPort: number) =>
    DatabaseProcess.start({
      name: 'HAProxy',
      binary: HAPROXY,
      create: () => Promise.resolve(),
      flags: (folder, port) => ['-W', '-db', '-f', written(folder, configuration(port, appPort))],
      logs: { ready: /Loading success/, portTaken: /Address already in use|cannot bind/i },
      // Killed, its master would leave the worker behind.
      endSignal: 'SIGTERM',
    });
  return { name, isInvisible, start };
}

function written(folder: string, configuration: string): string {
  const path = join(folder, 'proxy.conf');
  writeFileSync(path, configuration);
  return path;
}
