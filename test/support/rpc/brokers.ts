import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseProcess } from '../database-process.js';

/** Debian has it beside the daemons, which is not on everybody's PATH. */
export const MOSQUITTO = '/usr/sbin/mosquitto';
/** Below Debian's script of the same name, which changes the account. */
export const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export function startNats(): Promise<DatabaseProcess> {
  return DatabaseProcess.start({
    name: 'NATS',
    binary: 'nats-server',
    create: () => Promise.resolve(),
    flags: (_folder, port) => ['--addr', '127.0.0.1', '--port', `${port}`],
    logs: { ready: /Server is ready/, portTaken: /address already in use/ },
    endSignal: 'SIGKILL',
  });
}

export function startMosquitto(): Promise<DatabaseProcess> {
  return DatabaseProcess.start({
    name: 'Mosquitto',
    binary: MOSQUITTO,
    create: () => Promise.resolve(),
    flags: (folder, port) => {
      const configuration = join(folder, 'mosquitto.conf');
      writeFileSync(configuration, `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\n`);
      return ['-v', '-c', configuration];
    },
    logs: { ready: /mosquitto version .* running/, portTaken: /Address already in use/ },
    endSignal: 'SIGKILL',
  });
}

/** The broker is a node of Erlang, which finds others by a daemon of its own; ours does without it. */
export function startRabbitMq(): Promise<DatabaseProcess> {
  return DatabaseProcess.start({
    name: 'RabbitMQ',
    binary: '/usr/bin/env',
    create: () => Promise.resolve(),
    flags: (folder, port) => {
      writeFileSync(join(folder, 'plugins'), '[].');
      return [
        `HOME=${folder}`,
        `RABBITMQ_NODENAME=tests-${port}@localhost`,
        'RABBITMQ_NODE_IP_ADDRESS=127.0.0.1',
        `RABBITMQ_NODE_PORT=${port}`,
        // Otherwise the port of Erlang is 20,000 above, which can be more than there are.
        `RABBITMQ_DIST_PORT=${port - 20_000}`,
        `RABBITMQ_MNESIA_BASE=${join(folder, 'data')}`,
        `RABBITMQ_LOG_BASE=${join(folder, 'log')}`,
        `RABBITMQ_ENABLED_PLUGINS_FILE=${join(folder, 'plugins')}`,
        `RABBITMQ_CONF_ENV_FILE=${join(folder, 'none')}`,
        'RABBITMQ_LOGS=-',
        RABBITMQ,
      ];
    },
    logs: { ready: /Server startup complete/, portTaken: /eaddrinuse/ },
    endSignal: 'SIGTERM',
  });
}
