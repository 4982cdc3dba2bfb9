package holdfast.psp;

import static java.util.Objects.requireNonNull;

import holdfast.kernel.Money;
import holdfast.psp.PaymentIntent.State;
import holdfast.psp.PaymentIntent.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// All that the provider knows, as it follows from the journal: payments, cards, refunds, the ledger of money
/// moved, and what was answered under which key. Changes by entries alone.
///
/// Not safe for use by several threads, but for [#intent].
final class Books {

    /// Of an intent that was canceled before anybody said what it was for.
    static final Money NOTHING = Money.zero(Currency.getInstance("XXX")); // ISO 4217 for "no currency"

    private final Map<String, PaymentIntent> intents = new ConcurrentHashMap<>();
    private final List<String> intentNames = new ArrayList<>();
    private final Map<String, PaymentMethod> methods = new HashMap<>();
    private final Set<String> usedTokens = new HashSet<>();
    private final Map<String, Refund> refunds = new HashMap<>();
    private final List<String> refundNames = new ArrayList<>();
    private final Set<String> openRefunds = new LinkedHashSet<>();
    private final Map<String, Kept> answers = new HashMap<>();
    private final Map<String, String> challengeKeys = new HashMap<>(); // intent → key of what was challenged
    private final Map<String, Instant> processing = new LinkedHashMap<>(); // intent → when its issuer says yes
    private final Set<String> lostKeys = new HashSet<>();
    private final List<Movement> ledger = new ArrayList<>();
    private final EventLog events = new EventLog();

    /// @param asked tells the request from another under the same key
    record Kept(Instant at, long asked, Reply reply) {}

    @Nullable
    PaymentIntent intent(String name) {
        return intents.get(name);
    }

    /// By the name of one of its charges.
    Optional<PaymentIntent> intentOfCharge(String name) {
        int end = name.lastIndexOf('_');
        if (!name.startsWith("ch_") || end < "ch_".length()) return Optional.empty();
        String own = name.substring("ch_".length(), end);
        PaymentIntent intent = intents.get(Names.INTENT + own);
        if (intent == null) intent = intents.get(own);
        return Optional.ofNullable(intent).filter(it -> it.chargeNumber(name) > 0);
    }

    /// How many there are; the `n`th, from 0, is [#intentAt].
    int intentCount() {
        return intentNames.size();
    }

    PaymentIntent intentAt(int number) {
        return known(intentNames.get(number));
    }

    /// The number of the first that was made at or after a moment: they only get younger.
    int firstIntentSince(Instant moment) {
        int first = 0;
        int end = intentCount();
        while (first < end) {
            int middle = (first + end) >>> 1;
            if (intentAt(middle).createdAt().isBefore(moment)) first = middle + 1;
            else end = middle;
        }
        return first;
    }

    /// By the name of a payment method, of a token that was not used yet, or of a test card.
    Optional<PaymentMethod> method(String name) {
        PaymentMethod known = methods.get(name);
        if (known == null) return TestCard.of(name).map(TestCard::method);
        return usedTokens.contains(name) ? Optional.empty() : Optional.of(known);
    }

    boolean isUsed(String token) {
        return usedTokens.contains(token);
    }

    /// As it was made, even if it was used since.
    @Nullable
    PaymentMethod token(String name) {
        return methods.get(name);
    }

    /// The payments whose issuer says yes by now.
    List<PaymentIntent> approvedBy(Instant now) {
        return processing.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(now))
                .map(entry -> known(entry.getKey()))
                .toList();
    }

    @Nullable
    Refund refund(String id) {
        return refunds.get(id);
    }

    int refundCount() {
        return refundNames.size();
    }

    Refund refundAt(int number) {
        return requireNonNull(refunds.get(refundNames.get(number)));
    }

    /// Those that come to their end later, the oldest first.
    List<Refund> openRefunds() {
        return openRefunds.stream().map(id -> requireNonNull(refunds.get(id))).toList();
    }

    @Nullable
    Kept answer(String key) {
        return answers.get(key);
    }

    boolean wasLost(String key) {
        return lostKeys.contains(key);
    }

    List<Movement> ledger() {
        return ledger;
    }

    EventLog events() {
        return events;
    }

    /// The one place where anything changes, now or when the journal is read again. Returns what is answered,
    /// if somebody asked.
    @Nullable
    Reply apply(Entry entry) {
        Reply reply = null;
        for (Fact fact : entry.facts()) {
            Reply told = apply(fact, entry);
            if (told != null) reply = told;
        }
        StripeError failure = entry.failure();
        if (failure != null) {
            reply = new Reply.Failed(failure, failure.intent() == null ? null : intents.get(failure.intent()));
        }
        if (entry.key() != null && reply != null) {
            answers.put(entry.key(), new Kept(entry.at(), entry.asked(), reply));
        }
        return reply;
    }

    private @Nullable Reply apply(Fact fact, Entry entry) {
        return switch (fact) {
            case Fact.Created it -> create(it, entry);
            case Fact.Authorized it -> authorize(it, entry);
            case Fact.Declined it -> {
                PaymentIntent before = known(it.intent());
                PaymentIntent declined = become(before.declined(shown(it.method()), it.code(), entry.at()));
                boolean asked = declined.charges().size() > before.charges().size();
                if (asked) tell(Event.Kind.CHARGE_FAILED, entry, declined);
                tell(Event.Kind.PAYMENT_FAILED, entry, declined);
                yield new Reply.Declined(declined, it.code());
            }
            case Fact.Challenged it -> {
                if (entry.key() != null) challengeKeys.put(it.intent(), entry.key());
                yield told(
                        Event.Kind.REQUIRES_ACTION,
                        entry,
                        known(it.intent()).challenged(paid(it.method()), it.returnUrl()));
            }
            case Fact.Processing it -> {
                if (entry.key() != null) challengeKeys.put(it.intent(), entry.key());
                processing.put(it.intent(), entry.at().plusMillis(it.forMs()));
                yield told(Event.Kind.PROCESSING, entry, known(it.intent()).processing(paid(it.method())));
            }
            case Fact.ChallengeFailed it -> {
                challengeKeys.remove(it.intent());
                yield told(
                        Event.Kind.PAYMENT_FAILED,
                        entry,
                        known(it.intent()).unauthenticated(SandboxProvider.AUTHENTICATION_FAILED));
            }
            case Fact.Captured it -> {
                PaymentIntent captured = become(known(it.intent()).captured(it.amount()));
                move(Movement.Kind.CAPTURE, captured, captured.captured(), entry);
                boolean automatic = captured.terms().automatic();
                tell(automatic ? Event.Kind.CHARGE_SUCCEEDED : Event.Kind.CHARGE_CAPTURED, entry, captured);
                tell(Event.Kind.SUCCEEDED, entry, captured);
                yield new Reply.Intent(captured);
            }
            case Fact.Canceled it -> cancel(it, entry);
            case Fact.Refunded it -> refund(it, entry);
            case Fact.RefundEnded it -> endRefund(it, entry);
            case Fact.MethodCreated it -> {
                var method = new PaymentMethod(
                        it.method(), it.card(), it.expMonth(), it.expYear(), it.metadata(), entry.at());
                methods.put(it.method(), method);
                yield new Reply.Method(method);
            }
            case Fact.TokenCreated it -> {
                var token = new PaymentMethod(it.token(), it.card(), it.expMonth(), it.expYear(), Map.of(), entry.at());
                methods.put(it.token(), token);
                yield new Reply.Token(token);
            }
            case Fact.TokenUsed it -> {
                usedTokens.add(it.token());
                yield null;
            }
            case Fact.RequestLost it -> {
                lostKeys.add(it.key());
                yield null;
            }
            case Fact.EndpointAdded it -> {
                events.add(new EventLog.Endpoint(it.endpoint(), it.url(), it.secret(), entry.at()));
                yield null;
            }
            case Fact.EndpointRemoved it -> {
                events.remove(it.endpoint());
                yield null;
            }
            case Fact.Delivered it -> {
                events.delivered(it.endpoint(), it.event());
                yield null;
            }
            case Fact.KeysForgotten it -> {
                forget(entry.at().minusSeconds(it.olderThanSeconds()));
                yield null;
            }
        };
    }

    private Reply create(Fact.Created it, Entry entry) {
        var terms = new Terms(
                it.intent(),
                it.amount(),
                it.automatic(),
                it.metadata(),
                it.description(),
                entry.at(),
                intentNames.size());
        intentNames.add(it.intent());
        PaymentMethod method = it.method() == null ? null : paid(it.method());
        return told(Event.Kind.CREATED, entry, PaymentIntent.of(terms, method));
    }

    private Reply authorize(Fact.Authorized it, Entry entry) {
        PaymentIntent authorized = become(known(it.intent()).authorized(paid(it.method()), entry.at()));
        String challenged = challengeKeys.remove(it.intent());
        processing.remove(it.intent());
        String key = entry.key() != null ? entry.key() : challenged == null ? "" : challenged;
        move(Movement.Kind.AUTH, authorized, authorized.amount(), key, entry.at());
        if (!authorized.terms().automatic()) {
            tell(Event.Kind.CHARGE_SUCCEEDED, entry, authorized);
            tell(Event.Kind.AMOUNT_CAPTURABLE_UPDATED, entry, authorized);
        }
        return new Reply.Intent(authorized);
    }

    private Reply cancel(Fact.Canceled it, Entry entry) {
        PaymentIntent before = known(it.intent());
        Reply canceled = told(Event.Kind.CANCELED, entry, before.canceled(entry.at(), it.reason()));
        challengeKeys.remove(it.intent());
        processing.remove(it.intent());
        if (before.state() == State.REQUIRES_CAPTURE) {
            move(Movement.Kind.VOID, before, before.amount(), entry);
        }
        return canceled;
    }

    private Reply refund(Fact.Refunded it, Entry entry) {
        PaymentIntent refunded = become(known(it.intent()).refunded(it.amount()));
        var refund = new Refund(
                it.refund(),
                it.intent(),
                it.amount(),
                it.status(),
                it.reason(),
                it.metadata(),
                it.end(),
                entry.at(),
                refundNames.size());
        refunds.put(refund.id(), refund);
        refundNames.add(refund.id());
        if (it.end() != null) openRefunds.add(refund.id());
        move(Movement.Kind.REFUND, refunded, it.amount(), entry);
        tell(Event.Kind.CHARGE_REFUNDED, entry, refunded);
        events.add(Event.Kind.REFUND_CREATED, entry.at(), entry.key(), refunded, refund);
        return new Reply.Refunded(refund, refunded);
    }

    private Reply endRefund(Fact.RefundEnded it, Entry entry) {
        Refund ended = requireNonNull(refunds.get(it.refund())).become(it.status());
        refunds.put(ended.id(), ended);
        openRefunds.remove(ended.id());
        PaymentIntent intent = known(ended.intent());
        if (it.status() == Refund.Status.FAILED) {
            intent =
                    become(intent.refunded(Money.zero(ended.amount().currency()).minus(ended.amount())));
            move(Movement.Kind.REFUND_FAILED, intent, ended.amount(), entry);
        }
        events.add(Event.Kind.REFUND_UPDATED, entry.at(), entry.key(), intent, ended);
        if (it.status() == Refund.Status.FAILED) {
            events.add(Event.Kind.REFUND_FAILED, entry.at(), entry.key(), intent, ended);
        }
        return new Reply.Refunded(ended, intent);
    }

    private void forget(Instant before) {
        answers.values().removeIf(kept -> kept.at().isBefore(before));
        lostKeys.clear();
    }

    private Reply told(Event.Kind kind, Entry entry, PaymentIntent next) {
        tell(kind, entry, become(next));
        return new Reply.Intent(next);
    }

    private void tell(Event.Kind kind, Entry entry, PaymentIntent intent) {
        events.add(kind, entry.at(), entry.key(), intent, null);
    }

    private PaymentIntent become(PaymentIntent intent) {
        intents.put(intent.reference(), intent);
        return intent;
    }

    private void move(Movement.Kind kind, PaymentIntent intent, Money amount, Entry entry) {
        move(kind, intent, amount, entry.key() == null ? "" : entry.key(), entry.at());
    }

    private void move(Movement.Kind kind, PaymentIntent intent, Money amount, String key, Instant at) {
        ledger.add(new Movement(kind, intent.reference(), amount, key, at));
    }

    private PaymentIntent known(String name) {
        PaymentIntent intent = intents.get(name);
        if (intent == null) throw new IllegalStateException("A fact about an unknown payment");
        return intent;
    }

    private PaymentMethod paid(String method) {
        PaymentMethod known = shown(method);
        if (known == null) throw new IllegalStateException("A payment with an unknown card");
        return known;
    }

    /// Null for a name that means nothing here.
    private @Nullable PaymentMethod shown(String method) {
        PaymentMethod known = methods.get(method);
        return known == null ? TestCard.of(method).map(TestCard::method).orElse(null) : known;
    }
}
