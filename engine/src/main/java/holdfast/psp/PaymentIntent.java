package holdfast.psp;

import holdfast.kernel.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One payment as the provider sees it. A snapshot: what happens later makes another one.
///
/// @param method what it was last paid with, or is about to be
/// @param declineCode why the last try failed, if it did
/// @param returnUrl where the shopper goes after a challenge
/// @param charges every try that reached the issuer, the latest last
public record PaymentIntent(
        Terms terms,
        State state,
        Money captured,
        Money refunded,
        @Nullable PaymentMethod method,
        @Nullable String declineCode,
        @Nullable String returnUrl,
        List<Charge> charges,
        @Nullable Cancellation cancellation) {

    /// Stripe's.
    ///
    /// ```
    ///   create ─▶ requires_payment_method ◀─ declined, or challenge failed
    ///                 │           │
    ///   payment method│           │ confirm
    ///                 ▼           │
    ///        requires_confirmation│
    ///                 │ confirm   │
    ///                 ├───────────┤
    ///        approved │           └─▶ requires_action, or processing
    ///                 ▼                     │
    ///          requires_capture ◀───────────┘ challenge passed, or approved late
    ///                 │
    ///                 ▼
    ///             succeeded ─▶ refunds          canceled: from every state but succeeded
    /// ```
    public enum State {
        REQUIRES_PAYMENT_METHOD,
        REQUIRES_CONFIRMATION,
        REQUIRES_ACTION,
        PROCESSING,
        REQUIRES_CAPTURE,
        SUCCEEDED,
        CANCELED
    }

    /// What was agreed on in the beginning, and never changes.
    ///
    /// @param reference its name, which its maker chose or got from us
    /// @param amount what is to be set aside; nothing, in no currency, if it was canceled before it was ever
    /// asked for
    /// @param automatic captured as soon as it is approved
    /// @param number how many there were before it
    record Terms(
            String reference,
            Money amount,
            boolean automatic,
            Map<String, String> metadata,
            @Nullable String description,
            Instant createdAt,
            int number) {}

    /// A try to pay that reached the issuer.
    ///
    /// @param declineCode null: it was approved
    record Charge(
            Instant at, PaymentMethod method, @Nullable String declineCode) {}

    record Cancellation(Instant at, @Nullable String reason) {}

    static PaymentIntent of(Terms terms, @Nullable PaymentMethod method) {
        Money none = Money.zero(terms.amount.currency());
        State state = method == null ? State.REQUIRES_PAYMENT_METHOD : State.REQUIRES_CONFIRMATION;
        return new PaymentIntent(terms, state, none, none, method, null, null, List.of(), null);
    }

    /// Its name.
    public String reference() {
        return terms.reference;
    }

    /// What was to be set aside.
    public Money amount() {
        return terms.amount;
    }

    public Instant createdAt() {
        return terms.createdAt;
    }

    /// What it was last paid with.
    public @Nullable TestCard card() {
        return method == null ? null : method.card();
    }

    /// What the shop calls it: its metadata `payment_id`, or the name it gave to the intent itself.
    public String paymentId() {
        return terms.metadata.getOrDefault("payment_id", terms.reference);
    }

    /// What is left to be given back.
    public Money refundable() {
        return captured.minus(refunded);
    }

    boolean mayBeConfirmed() {
        return switch (state) {
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION -> true;
            case PROCESSING, REQUIRES_CAPTURE, SUCCEEDED, CANCELED -> false;
        };
    }

    /// The name of the latest charge, if there is one.
    @Nullable
    String latestCharge() {
        return charges.isEmpty() ? null : chargeName(charges.size());
    }

    /// The name of the charge that is the `number`th, counted from one.
    String chargeName(int number) {
        return Names.of(reference(), "ch_", number);
    }

    /// Which of its charges has this name, counted from one; 0 if none has.
    int chargeNumber(String name) {
        for (int number = charges.size(); number > 0; number--) {
            if (chargeName(number).equals(name)) return number;
        }
        return 0;
    }

    PaymentIntent authorized(@Nullable PaymentMethod with, Instant at) {
        return next(State.REQUIRES_CAPTURE, with, null, returnUrl, charged(with, null, at));
    }

    PaymentIntent challenged(PaymentMethod with, @Nullable String backTo) {
        return next(State.REQUIRES_ACTION, with, null, backTo, charges);
    }

    PaymentIntent processing(PaymentMethod with) {
        return next(State.PROCESSING, with, null, null, charges);
    }

    PaymentIntent declined(@Nullable PaymentMethod with, String code, Instant at) {
        return next(State.REQUIRES_PAYMENT_METHOD, with, code, returnUrl, charged(with, code, at));
    }

    /// No issuer was asked.
    PaymentIntent unauthenticated(String code) {
        return next(State.REQUIRES_PAYMENT_METHOD, method, code, returnUrl, charges);
    }

    PaymentIntent captured(Money taken) {
        Money all = taken.equals(amount()) ? amount() : taken; // the same one, for a small memory
        return new PaymentIntent(terms, State.SUCCEEDED, all, refunded, method, null, returnUrl, charges, null);
    }

    PaymentIntent canceled(Instant at, @Nullable String reason) {
        return new PaymentIntent(
                terms,
                State.CANCELED,
                captured,
                refunded,
                method,
                declineCode,
                returnUrl,
                charges,
                new Cancellation(at, reason));
    }

    PaymentIntent refunded(Money more) {
        return new PaymentIntent(
                terms, state, captured, refunded.plus(more), method, null, returnUrl, charges, cancellation);
    }

    private PaymentIntent next(
            State state,
            @Nullable PaymentMethod with,
            @Nullable String error,
            @Nullable String backTo,
            List<Charge> charges) {
        return new PaymentIntent(terms, state, captured, refunded, with, error, backTo, charges, null);
    }

    private List<Charge> charged(@Nullable PaymentMethod with, @Nullable String error, Instant at) {
        if (with == null) return charges;
        var charge = new Charge(at, with, error);
        return charges.isEmpty()
                ? List.of(charge)
                : Stream.concat(charges.stream(), Stream.of(charge)).toList();
    }
}
