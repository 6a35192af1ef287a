/** The two kinds of failure: a user's mistake, which we explain, and our bug, which keeps its stack. */

/** A mistake that the user can mend. `message` says what was looked for and where; `next` says what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    message: string,
    readonly next: string,
  ) {
    super(message);
  }
}
