import { type EntityManager } from 'typeorm';
import { Dog, Toy } from '../entities.js';

export const insertToy = (manager: EntityManager, name: string) => manager.insert(Toy, { name });
export const insertDog = (manager: EntityManager, name: string) => manager.insert(Dog, { name });

/** What a test throws to have a transaction rolled back. */
class ChangedMind extends Error {}

export const changeMind = (): never => {
  throw new ChangedMind('no, not after all');
};

/** Swallows what the test threw itself, and nothing else. */
export const isFine = (error: unknown) => {
  if (!(error instanceof ChangedMind)) throw error;
};
