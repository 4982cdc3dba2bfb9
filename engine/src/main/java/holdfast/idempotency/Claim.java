package holdfast.idempotency;

/// What came of naming a request with an idempotency key.
public sealed interface Claim {

    /// This is the first use: do the work.
    record Granted() implements Claim {}

    /// The work is done, and this is its answer.
    record Answered(Answer answer) implements Claim {}

    /// The work was begun and has no final answer yet: somebody is at it, or was.
    record Pending() implements Claim {}

    /// The key was used for another request.
    record Reused() implements Claim {}
}
