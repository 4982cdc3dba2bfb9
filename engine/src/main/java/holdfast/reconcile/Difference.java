package holdfast.reconcile;

import holdfast.kernel.Money;
import holdfast.payment.Attempt;
import holdfast.payment.Retrieved;
import org.jspecify.annotations.Nullable;

/// What two sides say of one payment, compared.
///
/// | here | at the provider | is |
/// | --- | --- | --- |
/// | begun, requires_action, unknown | anything | open |
/// | authorized | requires_capture | agreed |
/// | authorized | anything else | late, if somebody is at it; else a contradiction |
/// | captured | succeeded, the same amounts | agreed |
/// | captured | succeeded, and less was given back | came back, if a refund is seen to have failed |
/// | captured | anything else | late, if somebody is at it; else a contradiction |
/// | declined, failed, voided | no money, and none can come | agreed |
/// | declined, failed, voided | money, or it can still come | stray |
/// | nothing | no money, and none can come | agreed |
/// | nothing | money is set aside, or it can still come | stray |
/// | nothing | money was taken | a contradiction: a person has to say what was paid for |
sealed interface Difference {

    /// There is none.
    record Agreed() implements Difference {}

    /// It is not decided here yet: whoever takes it over reads the provider.
    record Open() implements Difference {}

    /// The orders' money is about to be moved, or was and is not written down yet.
    record Late() implements Difference {}

    /// Less was given back there than here: a refund may have failed after it was made.
    ///
    /// @param detail what it is if none has; null if somebody is at it then
    record Less(@Nullable String detail) implements Difference {}

    /// Money that nothing stands for: it is to be let go of, or given back.
    ///
    /// @param taken what is to be given back; nothing, if it was not taken
    record Stray(Money taken) implements Difference {}

    /// No rule says who is right.
    record Contradiction(String detail) implements Difference {}

    /// Compares what is written here, if anything is, with what the provider says of `reference`, if it knows
    /// it.
    static Difference between(@Nullable Ours ours, String reference, Retrieved.@Nullable Found theirs) {
        if (ours == null) return theirs == null ? new Agreed() : unknown(theirs);
        return switch (ours.state()) {
            case BEGUN, REQUIRES_ACTION, UNKNOWN -> new Open();
            case AUTHORIZED, CAPTURED -> {
                if (!reference.equals(ours.reference())) yield theirs == null ? new Agreed() : unknown(theirs);
                String detail = contradiction(ours, theirs);
                if (detail == null) yield new Agreed();
                if (lessIsGivenBack(ours, theirs)) yield new Less(ours.due() ? null : detail);
                yield ours.due() ? new Late() : new Contradiction(detail);
            }
            case DECLINED, FAILED, VOIDED -> theirs == null ? new Agreed() : ended(theirs);
        };
    }

    private static @Nullable String contradiction(Ours ours, Retrieved.@Nullable Found theirs) {
        if (theirs == null) return ours.state().code() + " here, and unknown there";
        boolean agreed = switch (ours.state()) {
            case AUTHORIZED ->
                theirs.state() == Retrieved.State.REQUIRES_CAPTURE
                        && theirs.amount().equals(ours.amount());
            default ->
                theirs.state() == Retrieved.State.SUCCEEDED
                        && theirs.captured().equals(ours.captured())
                        && theirs.refunded().equals(ours.refunded());
        };
        return agreed ? null : "here " + told(ours) + ", there " + told(theirs);
    }

    private static boolean lessIsGivenBack(Ours ours, Retrieved.@Nullable Found theirs) {
        return ours.state() == Attempt.State.CAPTURED
                && theirs != null
                && theirs.state() == Retrieved.State.SUCCEEDED
                && theirs.refunded().compareTo(ours.refunded()) < 0;
    }

    private static String told(Ours ours) {
        return ours.state().code() + " " + ours.amount() + ", refunded " + ours.refunded();
    }

    private static String told(Retrieved.Found theirs) {
        return switch (theirs.state()) {
            case SUCCEEDED -> "captured " + theirs.captured() + ", refunded " + theirs.refunded();
            case REQUIRES_CAPTURE -> "authorized " + theirs.amount();
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, PROCESSING -> "not authorized";
            case CANCELED -> "canceled";
        };
    }

    private static Difference unknown(Retrieved.Found theirs) {
        return ended(theirs) instanceof Stray(Money taken) && !taken.isZero()
                ? new Contradiction("captured " + theirs.captured() + " there, and nothing stands for it here")
                : ended(theirs);
    }

    /// Of a payment that has no money any more, or never had any.
    private static Difference ended(Retrieved.Found theirs) {
        return switch (theirs.state()) {
            case REQUIRES_PAYMENT_METHOD, CANCELED -> new Agreed();
            case REQUIRES_ACTION, PROCESSING, REQUIRES_CAPTURE ->
                new Stray(Money.zero(theirs.captured().currency()));
            case SUCCEEDED -> {
                Money left = theirs.captured().minus(theirs.refunded());
                yield left.isZero() ? new Agreed() : new Stray(left);
            }
        };
    }
}
