package holdfast.psp;

import static java.util.Objects.requireNonNull;

import holdfast.kernel.Ids;
import holdfast.kernel.Money;
import holdfast.psp.PaymentIntent.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// The provider itself: payment intents, their ledger, and the idempotency keys they were asked for with.
///
/// Every request names an intent by a reference that the caller chose, and itself by a key. The same key with
/// the same parameters hears the same answer again and moves nothing; with other parameters it is refused. A
/// decline is an answer and kept; a refusal is not, so its key can be used again.
///
/// A request is decided against what has happened so far; the decision becomes a [Fact], the fact is written
/// to the journal, and only then takes effect and is answered. One lock orders all of that: it takes
/// microseconds.
///
/// Throws `UncheckedIOException` if the journal cannot be written; then nothing has happened.
public final class SandboxProvider implements AutoCloseable {

    /// The last error of an intent whose challenge was failed.
    static final String AUTHENTICATION_FAILED = "authentication_failed";

    private static final String UNKNOWN_TOKEN = "invalid_payment_method";
    private static final Money NOTHING = Money.zero(Currency.getInstance("XXX")); // ISO 4217 for "no currency"

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, PaymentIntent> intents =
            new ConcurrentHashMap<>(); // written under the lock, read without
    private final Map<String, Kept> answers = new HashMap<>();
    private final Map<String, String> challengeKeys = new HashMap<>(); // reference → key of what was challenged
    private final Set<String> lostKeys = new HashSet<>();
    private final List<Movement> ledger = new ArrayList<>();
    private final Journal journal;

    private record Kept(Request request, Answer answer) {}

    private SandboxProvider(InstantSource clock, Path journal) throws IOException {
        this.clock = clock;
        this.journal = JournalFile.open(journal, this::apply);
    }

    private SandboxProvider(InstantSource clock) {
        this.clock = clock;
        this.journal = Journal.none();
    }

    /// Goes on where the journal ends; begins one if there is none.
    ///
    /// @throws IOException with a sentence for the operator, if the file cannot be used
    public static SandboxProvider open(Path journal) throws IOException {
        return new SandboxProvider(InstantSource.system(), journal);
    }

    /// A provider that forgets everything when it is closed.
    public static SandboxProvider inMemory() {
        return new SandboxProvider(InstantSource.system());
    }

    /// Sets `amount` aside. The token decides what becomes of it: see [TestCard].
    public Answer authorize(String reference, Money amount, String token, String key) {
        requirePositive(amount);
        return answer(new Request.Authorize(reference, amount, token), key);
    }

    /// Takes the whole amount that was set aside.
    public Answer capture(String reference, Money amount, String key) {
        requirePositive(amount);
        return answer(new Request.Capture(reference, amount), key);
    }

    /// Lets go of what was set aside, and makes sure that this intent never moves money again, even if the
    /// request to authorize it is still on its way here.
    public Answer cancel(String reference, String key) {
        return answer(new Request.Cancel(reference), key);
    }

    /// Gives back some of what was captured.
    public Answer refund(String reference, Money amount, String key) {
        requirePositive(amount);
        return answer(new Request.Refund(reference, amount), key);
    }

    public Optional<PaymentIntent> retrieve(String reference) {
        return Optional.ofNullable(intents.get(reference));
    }

    /// All intents, the oldest first.
    public List<PaymentIntent> list() {
        return intents.values().stream()
                .sorted(Comparator.comparing(PaymentIntent::createdAt).thenComparing(PaymentIntent::reference))
                .toList();
    }

    /// The shopper proved to be the holder of the card. Without effect unless the intent waits for that.
    public Optional<PaymentIntent> passChallenge(String reference) {
        return endChallenge(reference, () -> new Fact.ChallengePassed(now(), reference));
    }

    /// The shopper gave up or could not prove it. Without effect unless the intent waits for that.
    public Optional<PaymentIntent> failChallenge(String reference) {
        return endChallenge(reference, () -> new Fact.ChallengeFailed(now(), reference));
    }

    /// Every movement of money, in the order it happened.
    public List<Movement> ledger() {
        return exclusively(() -> List.copyOf(ledger));
    }

    /// Flushes the journal to the disk and lets go of it.
    @Override
    public void close() {
        exclusively(() -> {
            try {
                journal.close();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Answer answer(Request request, String key) {
        return exclusively(() -> {
            Kept kept = answers.get(key);
            if (kept == null) return decide(request, key);
            return kept.request().equals(request) ? kept.answer() : refused(Answer.Reason.KEY_REUSED);
        });
    }

    private Answer decide(Request request, String key) {
        Optional<PaymentIntent> intent = retrieve(request.reference());
        return switch (request) {
            case Request.Authorize authorize -> decide(authorize, intent, key);
            case Request.Cancel cancel -> {
                boolean tooLate =
                        intent.filter(it -> it.state() == State.SUCCEEDED).isPresent();
                yield tooLate ? refused(Answer.Reason.UNEXPECTED_STATE) : record(new Fact.Canceled(now(), key, cancel));
            }
            case Request.Capture capture -> {
                if (intent.isEmpty()) yield refused(Answer.Reason.NO_SUCH_INTENT);
                if (intent.get().state() != State.REQUIRES_CAPTURE) yield refused(Answer.Reason.UNEXPECTED_STATE);
                yield intent.get().amount().equals(capture.amount())
                        ? record(new Fact.Captured(now(), key, capture))
                        : refused(Answer.Reason.AMOUNT_MISMATCH);
            }
            case Request.Refund refund -> {
                if (intent.isEmpty()) yield refused(Answer.Reason.NO_SUCH_INTENT);
                if (intent.get().state() != State.SUCCEEDED) yield refused(Answer.Reason.UNEXPECTED_STATE);
                yield fits(refund.amount(), intent.get().refundable())
                        ? record(new Fact.Refunded(now(), key, refund, "re_" + Ids.next()))
                        : refused(Answer.Reason.AMOUNT_MISMATCH);
            }
        };
    }

    private Answer decide(Request.Authorize request, Optional<PaymentIntent> intent, String key) {
        if (intent.isPresent()) {
            if (intent.get().state() != State.REQUIRES_PAYMENT_METHOD) return refused(Answer.Reason.UNEXPECTED_STATE);
            if (!intent.get().amount().equals(request.amount())) return refused(Answer.Reason.AMOUNT_MISMATCH);
        }
        TestCard card = TestCard.of(request.token()).orElse(null);
        if (card == null) return record(new Fact.Declined(now(), key, request, UNKNOWN_TOKEN));
        return switch (card.fate()) {
            case APPROVED -> record(new Fact.Authorized(now(), key, request));
            case DECLINED ->
                record(new Fact.Declined(now(), key, request, card.declineCode().orElseThrow()));
            case CHALLENGED -> record(new Fact.Challenged(now(), key, request));
            case APPROVED_UNHEARD -> {
                record(new Fact.Authorized(now(), key, request));
                yield new Answer.Lost();
            }
            case UNHEARD_AT_FIRST -> {
                if (lostKeys.contains(key)) yield record(new Fact.Authorized(now(), key, request));
                write(new Fact.RequestLost(now(), key));
                yield new Answer.Lost();
            }
        };
    }

    private Optional<PaymentIntent> endChallenge(String reference, Supplier<Fact> end) {
        return exclusively(() -> {
            boolean waiting = retrieve(reference)
                    .filter(it -> it.state() == State.REQUIRES_ACTION)
                    .isPresent();
            if (waiting) write(end.get());
            return retrieve(reference);
        });
    }

    private Answer record(Fact.Keyed fact) {
        write(fact);
        return requireNonNull(answers.get(fact.key())).answer();
    }

    private void write(Fact fact) {
        try {
            journal.append(fact);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        apply(fact);
    }

    /// The one place where anything changes, now or when the journal is read again.
    private void apply(Fact fact) {
        switch (fact) {
            case Fact.Authorized it -> {
                become(intent(it).authorized(card(it.request())), it);
                move(Movement.Kind.AUTH, it.request().reference(), it.request().amount(), it.key(), it.at());
            }
            case Fact.Challenged it -> {
                become(intent(it).challenged(card(it.request())), it);
                challengeKeys.put(it.request().reference(), it.key());
            }
            case Fact.Declined it -> {
                PaymentIntent declined =
                        intent(it).declined(TestCard.of(it.request().token()).orElse(null), it.code());
                intents.put(declined.reference(), declined);
                answers.put(it.key(), new Kept(it.request(), new Answer.Declined(declined, it.code())));
            }
            case Fact.Captured it -> {
                become(intent(it).captured(it.request().amount()), it);
                move(
                        Movement.Kind.CAPTURE,
                        it.request().reference(),
                        it.request().amount(),
                        it.key(),
                        it.at());
            }
            case Fact.Canceled it -> {
                PaymentIntent before = intent(it);
                become(before.canceled(), it);
                if (before.state() == State.REQUIRES_CAPTURE) {
                    move(Movement.Kind.VOID, before.reference(), before.amount(), it.key(), it.at());
                }
            }
            case Fact.Refunded it -> {
                PaymentIntent refunded = intent(it).refunded(it.request().amount());
                intents.put(refunded.reference(), refunded);
                answers.put(
                        it.key(),
                        new Kept(
                                it.request(),
                                new Answer.Done(
                                        refunded, it.refund(), it.request().amount())));
                move(Movement.Kind.REFUND, refunded.reference(), it.request().amount(), it.key(), it.at());
            }
            case Fact.ChallengePassed it -> {
                PaymentIntent waiting = retrieve(it.reference()).orElseThrow();
                String key = requireNonNull(challengeKeys.get(it.reference()));
                intents.put(it.reference(), waiting.authorized(waiting.card()));
                move(Movement.Kind.AUTH, it.reference(), waiting.amount(), key, it.at());
            }
            case Fact.ChallengeFailed it ->
                intents.computeIfPresent(
                        it.reference(), (_, waiting) -> waiting.declined(waiting.card(), AUTHENTICATION_FAILED));
            case Fact.RequestLost it -> lostKeys.add(it.key());
        }
    }

    /// The intent that a fact is about, as it was before; a new one, if nothing was known of it.
    private PaymentIntent intent(Fact.Keyed fact) {
        PaymentIntent known = intents.get(fact.request().reference());
        if (known != null) return known;
        Money amount = fact.request() instanceof Request.Authorize authorize ? authorize.amount() : NOTHING;
        Money none = Money.zero(amount.currency());
        return new PaymentIntent(
                fact.request().reference(), State.REQUIRES_PAYMENT_METHOD, amount, none, none, null, null, fact.at());
    }

    private void become(PaymentIntent intent, Fact.Keyed because) {
        intents.put(intent.reference(), intent);
        answers.put(
                because.key(),
                new Kept(because.request(), new Answer.Done(intent, intent.reference(), intent.amount())));
    }

    private void move(Movement.Kind kind, String reference, Money amount, String key, Instant at) {
        ledger.add(new Movement(kind, reference, amount, key, at));
    }

    private static TestCard card(Request.Authorize request) {
        return TestCard.of(request.token()).orElseThrow();
    }

    private static boolean fits(Money amount, Money into) {
        return amount.currency().equals(into.currency()) && amount.compareTo(into) <= 0;
    }

    private static Answer refused(Answer.Reason reason) {
        return new Answer.Refused(reason);
    }

    private static void requirePositive(Money amount) {
        if (amount.isZero() || amount.isNegative())
            throw new IllegalArgumentException("Money moves in positive amounts");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private <T> T exclusively(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
