package holdfast.psp;

import holdfast.kernel.Money;
import holdfast.psp.PaymentIntent.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of a request to move money. It looks into the books and writes nothing.
final class Desk {

    private static final String UNKNOWN_TOKEN = "invalid_payment_method";

    private final Books books;

    Desk(Books books) {
        this.books = books;
    }

    /// How somebody wants to pay.
    ///
    /// @param offSession nobody is there who could pass a challenge
    record Payment(PaymentMethod method, @Nullable String returnUrl, boolean offSession) {}

    /// Sets `amount` aside for an intent whose name the caller chose, and which need not exist yet.
    Verdict authorize(String reference, Money amount, String token, String key) {
        PaymentIntent known = books.intent(reference);
        List<Fact> facts = new ArrayList<>();
        if (known == null) {
            facts.add(new Fact.Created(reference, amount, false, Map.of(), null, null));
        } else if (known.state() != State.REQUIRES_PAYMENT_METHOD) {
            return unexpected(known, "confirm");
        } else if (!known.amount().equals(amount)) {
            return otherAmount();
        }
        PaymentMethod method = books.method(token).orElse(null);
        if (method == null) {
            facts.add(new Fact.Declined(reference, token, UNKNOWN_TOKEN));
            return new Verdict.Do(facts, false);
        }
        if (token.startsWith("tok_") && TestCard.of(token).isEmpty()) {
            method = Wallet.cash(books, token, Map.of(), facts);
        }
        return pay(facts, reference, amount, false, new Payment(method, null, false), key);
    }

    /// @param first facts that come before
    Verdict confirm(List<Fact> first, PaymentIntent intent, Payment payment, String key) {
        if (!intent.mayBeConfirmed()) return unexpected(intent, "confirm");
        return pay(first, intent.reference(), intent.amount(), intent.terms().automatic(), payment, key);
    }

    /// Creates an intent and confirms it at once.
    Verdict createAndConfirm(List<Fact> first, Fact.Created created, Payment payment, String key) {
        first.add(created);
        return pay(first, created.intent(), created.amount(), created.automatic(), payment, key);
    }

    private Verdict pay(List<Fact> first, String intent, Money amount, boolean automatic, Payment payment, String key) {
        List<Fact> facts = new ArrayList<>(first);
        PaymentMethod method = payment.method();
        TestCard card = method.card();
        switch (card.fate()) {
            case APPROVED, APPROVED_UNHEARD -> approve(facts, intent, amount, automatic, method);
            case DECLINED ->
                facts.add(new Fact.Declined(
                        intent, method.id(), card.declineCode().orElseThrow()));
            case CHALLENGED -> {
                if (payment.offSession()) {
                    facts.add(new Fact.Declined(intent, method.id(), "authentication_required"));
                } else {
                    facts.add(new Fact.Challenged(intent, method.id(), payment.returnUrl()));
                }
            }
            case UNHEARD_AT_FIRST -> {
                if (!books.wasLost(key)) return new Verdict.Lose(key);
                approve(facts, intent, amount, automatic, method);
            }
        }
        return new Verdict.Do(facts, card.fate() == TestCard.Fate.APPROVED_UNHEARD);
    }

    private static void approve(
            List<Fact> facts, String intent, Money amount, boolean automatic, PaymentMethod method) {
        facts.add(new Fact.Authorized(intent, method.id()));
        if (automatic) facts.add(new Fact.Captured(intent, amount));
    }

    /// The shopper proved to be the holder of the card; the issuer decides as if there had been no challenge.
    Verdict passChallenge(PaymentIntent intent) {
        PaymentMethod method = intent.method();
        if (method == null) throw new IllegalStateException("A challenge without a card");
        String refused = method.card().declineCode().orElse(null);
        if (refused != null) return Verdict.of(new Fact.Declined(intent.reference(), method.id(), refused));
        List<Fact> facts = new ArrayList<>();
        approve(facts, intent.reference(), intent.amount(), intent.terms().automatic(), method);
        return new Verdict.Do(facts, false);
    }

    /// Takes the whole amount that was set aside.
    Verdict captureAll(String reference, Money amount) {
        PaymentIntent intent = books.intent(reference);
        if (intent == null) return new Verdict.Refuse(noSuchIntent(reference));
        if (intent.state() != State.REQUIRES_CAPTURE) return unexpected(intent, "capture");
        return intent.amount().equals(amount) ? Verdict.of(new Fact.Captured(reference, amount)) : otherAmount();
    }

    /// Takes some of what was set aside, and lets go of the rest.
    Verdict capture(PaymentIntent intent, Money amount) {
        if (intent.state() != State.REQUIRES_CAPTURE) return unexpected(intent, "capture");
        if (amount.compareTo(intent.amount()) > 0) {
            return new Verdict.Refuse(StripeError.amountTooLarge(
                    "amount_to_capture",
                    "The specified `amount_to_capture` is greater than the `amount_capturable` of this PaymentIntent"
                            + " (" + intent.amount().minor() + ")."));
        }
        return Verdict.of(new Fact.Captured(intent.reference(), amount));
    }

    /// Lets go of what was set aside, and makes sure that this intent never moves money, even if nobody has
    /// heard of it yet.
    Verdict fence(String reference) {
        PaymentIntent intent = books.intent(reference);
        var canceled = new Fact.Canceled(reference, null);
        if (intent == null) {
            return Verdict.of(new Fact.Created(reference, Books.NOTHING, false, Map.of(), null, null), canceled);
        }
        return intent.state() == State.SUCCEEDED ? unexpected(intent, "cancel") : Verdict.of(canceled);
    }

    Verdict cancel(PaymentIntent intent, @Nullable String reason) {
        return switch (intent.state()) {
            case SUCCEEDED, CANCELED -> unexpected(intent, "cancel");
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION, PROCESSING, REQUIRES_CAPTURE ->
                Verdict.of(new Fact.Canceled(intent.reference(), reason));
        };
    }

    /// @param amount null: all that is left
    Verdict refund(
            PaymentIntent intent, @Nullable Money amount, @Nullable String reason, Map<String, String> metadata) {
        if (intent.state() != State.SUCCEEDED) {
            return new Verdict.Refuse(new StripeError(
                    400,
                    StripeError.INVALID_REQUEST,
                    "payment_intent_unexpected_state",
                    "payment_intent",
                    "This PaymentIntent (" + intent.reference() + ") does not have a successful charge to refund.",
                    intent.reference()));
        }
        Money left = intent.refundable();
        if (left.isZero()) {
            return new Verdict.Refuse(StripeError.invalid(
                    "charge_already_refunded",
                    null,
                    "Charge " + intent.latestCharge() + " has already been refunded."));
        }
        Money back = amount == null ? left : amount;
        if (!back.currency().equals(left.currency()) || back.compareTo(left) > 0) {
            return new Verdict.Refuse(StripeError.amountTooLarge(
                    "amount",
                    "Refund amount (" + back + ") is greater than unrefunded amount on charge (" + left + ")"));
        }
        boolean pending = intent.card() == TestCard.REFUND_PENDING;
        Refund.Status status = pending ? Refund.Status.PENDING : Refund.Status.SUCCEEDED;
        Refund.Status end = pending
                ? Refund.Status.SUCCEEDED
                : intent.card() == TestCard.REFUND_FAILS ? Refund.Status.FAILED : null;
        return Verdict.of(
                new Fact.Refunded(Names.next("re_"), intent.reference(), back, status, reason, metadata, end));
    }

    static StripeError noSuchIntent(String reference) {
        return StripeError.noSuch("payment_intent", "intent", reference);
    }

    private static Verdict unexpected(PaymentIntent intent, String verb) {
        return new Verdict.Refuse(StripeError.unexpectedState(intent, verb, null));
    }

    private static Verdict otherAmount() {
        return new Verdict.Refuse(StripeError.amountTooLarge("amount", "This is not the amount of this payment"));
    }
}
