import { type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { startDecoratedMethods } from './decorated-methods.js';
import { type MethodLink } from './method-link.js';

/** Puts the decorated methods of an application at zero, once all modules are made. */
export class MethodInstrumentation implements OnModuleInit {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly link: MethodLink,
  ) {}

  /** @errors throws when two definitions of one name meet */
  onModuleInit(): void {
    startDecoratedMethods(this.modules, this.link);
  }
}
