import { type ModulesContainer } from '@nestjs/core';
import { wrappersOf } from '../../../host/wrappers.js';
import { type ContainedDataSource } from './data-source-discovery.js';
import { isDataSource } from '../typeorm-types.js';

/** @nestjs/typeorm provides a named data source under this token. */
const NAMED = /^(.+)DataSource$/;

/** Every data source that a module of the application provides, under whatever token. */
export function containedDataSources(modules: ModulesContainer): readonly ContainedDataSource[] {
  const found = new Map<unknown, ContainedDataSource>();
  for (const { token, instance } of wrappersOf(modules, ['providers'])) {
    if (!isDataSource(instance)) continue;
    const name = typeof token === 'string' ? NAMED.exec(token)?.[1] : undefined;
    found.set(instance, { dataSource: instance, name: name ?? found.get(instance)?.name });
  }
  return [...found.values()];
}
