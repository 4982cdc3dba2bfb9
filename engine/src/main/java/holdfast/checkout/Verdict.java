package holdfast.checkout;

import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.Idempotency;
import holdfast.kernel.Refusal;

/// What a command on a checkout comes to: an answer that stands, or a refusal that leaves everything as it
/// was, the idempotency key unused.
sealed interface Verdict {

    record Answered(Answer answer) implements Verdict {}

    record Refused(Refusal refusal) implements Verdict {}

    default Answer orThrow() {
        return switch (this) {
            case Answered(Answer answer) -> answer;
            case Refused(Refusal refusal) -> throw refusal;
        };
    }

    /// The verdict on a request whose key was not granted.
    static Verdict of(Claim claim) {
        return switch (claim) {
            case Claim.Answered(Answer answer) -> new Answered(answer);
            case Claim.Pending() -> new Refused(Idempotency.inUse());
            case Claim.Reused() -> new Refused(Idempotency.reused());
            case Claim.Granted() -> throw new IllegalArgumentException("A granted key has no verdict yet");
        };
    }
}
