import { type CanActivate, Injectable } from '@nestjs/common';

/** Lets nobody in. It guards one route only; a global one would close `/metrics` too. */
@Injectable()
export class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}
