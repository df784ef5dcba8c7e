import { type Follower } from '../../host/follow-result.js';
import { nullInNonNull } from './lone-field.js';

/** Follows the resolver of a field that must not be null: graphql makes an error of it, after the resolver. */
export class NonNullFollower implements Follower {
  constructor(private readonly scope: Follower) {}

  succeeded(result: unknown): void {
    if (result !== null && result !== undefined) this.scope.succeeded(result);
    else this.scope.failed(nullInNonNull());
  }

  failed(error: unknown): void {
    this.scope.failed(error);
  }
}
