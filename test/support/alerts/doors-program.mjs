// An application with doors that need no server but Redis: messages over TCP, schedules, queues, and requests that it
// sends itself. It uses all of them from its start. Told to, it makes what their alerts are for.
import 'reflect-metadata';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { Interval, ScheduleModule } from '@nestjs/schedule';
import { MetricsServer, PrometheusModule } from 'nestjs-prometheus-exporter';

const { redisPort, rpcPort, closedPort } = JSON.parse(process.env.DOORS);

const UNANSWERED = 200;
let isFaulty = false;

/** The classes have no decorators in their syntax: this file is run as it is. */
function decorated(decorator, target, method) {
  decorator(target.prototype, method, Object.getOwnPropertyDescriptor(target.prototype, method));
}

class DogsController {
  feed() {
    if (isFaulty) throw new Error('no food');
    return 'fed';
  }

  wait() {
    return new Promise(() => undefined);
  }
}
Controller()(DogsController);
decorated(MessagePattern('feed'), DogsController, 'feed');
decorated(MessagePattern('wait'), DogsController, 'wait');

class Schedules {
  groom() {
    if (isFaulty) throw new Error('no brush');
  }

  async wash() {
    if (isFaulty) await pause(5000);
  }
}
decorated(Interval('groom', 4000), Schedules, 'groom');
decorated(Interval('wash', 1000), Schedules, 'wash');

class Mail extends WorkerHost {
  async process({ name }) {
    if (name === 'broken') throw new Error('no address');
  }
}
Processor('mail')(Mail);

/** Its jobs take longer than their locks. */
class Parcels extends WorkerHost {
  process() {
    return pause(4000);
  }
}
Processor('parcels', { lockDuration: 500, stalledInterval: 500, skipLockRenewal: true })(Parcels);

// The decorator says what is in it.
// oxlint-disable-next-line typescript/no-extraneous-class
class AppModule {}
Module({
  imports: [
    PrometheusModule.forRoot({ server: { port: 0 } }),
    ScheduleModule.forRoot(),
    BullModule.forRoot({ connection: { host: '127.0.0.1', port: redisPort } }),
    BullModule.registerQueue({ name: 'mail' }, { name: 'parcels' }),
  ],
  controllers: [DogsController],
  providers: [Schedules, Mail, Parcels],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: rpcPort } };
app.connectMicroservice(tcp);
await app.startAllMicroservices();
await app.init();
const client = ClientProxyFactory.create(tcp);
const mail = app.get(getQueueToken('mail'));
const parcels = app.get(getQueueToken('parcels'));
// The result of a job whose lock is gone is refused.
app.get(Parcels).worker.on('error', () => undefined);

const other = createServer((_, response) => setTimeout(() => response.end(), isFaulty ? 4000 : 0));
await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));

const ask = (pattern) => client.send(pattern, {}).subscribe({ error: () => undefined });
const request = (port) =>
  fetch(`http://127.0.0.1:${port}/`)
    .then((response) => response.text())
    .catch(() => undefined);

setInterval(() => {
  ask('feed');
  void request(other.address().port);
  void mail.add('letter', {});
}, 250);

process.on('message', async () => {
  await mail.add('broken', {});
  await parcels.add('large', {});
  while ((await mail.getFailedCount()) === 0) await pause(50);
  isFaulty = true;
  await app.get(Mail).worker.pause(true);
  for (let count = 0; count < UNANSWERED; count += 1) ask('wait');
  setInterval(() => {
    void request(closedPort);
    void mail.addBulk(Array.from({ length: 10 }, () => ({ name: 'letter', data: {} })));
  }, 500);
});
process.send?.({ port: app.get(MetricsServer).port });
