import { type CanActivate, Injectable } from '@nestjs/common';

/** Rejects every request. It guards one route only; as a global guard it would close `/metrics` too. */
@Injectable()
export class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}
