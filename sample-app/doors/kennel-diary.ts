import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { type Dog } from '../dogs/dog.entity.js';

const KEPT_ENTRIES = 100;

/** Writes down what happens, which is emitted as events. */
@Injectable()
export class KennelDiary {
  private readonly written: string[] = [];

  get entries(): readonly string[] {
    return this.written;
  }

  @OnEvent('dog.arrived')
  arrived({ name, breed }: Pick<Dog, 'name' | 'breed'>): void {
    if (name === 'Nobody') {
      throw new RangeError('Nobody is no name for a dog.');
    }
    this.written.push(`${name}, ${breed}, has arrived.`);
    this.written.splice(0, this.written.length - KEPT_ENTRIES);
  }
}
