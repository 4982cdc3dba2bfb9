package holdfast.psp;

import static java.util.Objects.requireNonNull;

import holdfast.kernel.Money;
import holdfast.psp.PaymentIntent.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The provider itself: what it knows, in [Books], and what it does when it is asked.
///
/// It is asked in two ways. A caller within this process uses the methods here: it names an intent by a
/// reference of its own, and each request by a key. Everybody else uses Stripe's protocol, over HTTP, which
/// [StripeApi] brings to [#ask]. Both work on the same books.
///
/// The same key with the same parameters hears the same answer again and moves nothing; with other parameters
/// it is refused. A decline is an answer and kept. A refusal is kept over HTTP, as Stripe does, and not
/// within this process.
///
/// A request is decided against what has happened so far; the decision becomes an [Entry], which is written to
/// the journal, and only then takes effect and is answered. One lock orders all of that: it takes
/// microseconds.
///
/// Throws `UncheckedIOException` if the journal cannot be written; then nothing has happened.
public final class SandboxProvider implements AutoCloseable {

    /// The last error of an intent whose challenge was failed.
    static final String AUTHENTICATION_FAILED = "authentication_failed";

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Books books = new Books();
    private final Desk desk = new Desk(books);
    private final Journal journal;
    private volatile Runnable somethingHappened = () -> {};

    /// A request, as far as it can be told from others.
    ///
    /// @param fingerprint of what it asks for
    /// @param keepsRefusals under the key
    /// @param instead what is answered in place of the truth, if it has an effect
    record Ask(
            @Nullable String key,
            long fingerprint,
            boolean keepsRefusals,
            @Nullable StripeError instead) {}

    /// What comes back.
    ///
    /// @param reply null: it was lost before it came here
    /// @param replayed it was answered before
    /// @param unheard the answer is to get lost
    record Heard(@Nullable Reply reply, boolean replayed, boolean unheard) {}

    private SandboxProvider(InstantSource clock, Path journal) throws IOException {
        this.clock = clock;
        this.journal = JournalFile.open(journal, books::apply);
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
        return inMemory(InstantSource.system());
    }

    static SandboxProvider inMemory(InstantSource clock) {
        return new SandboxProvider(clock);
    }

    /// Sets `amount` aside. The token decides what becomes of it: see [TestCard].
    public Answer authorize(String reference, Money amount, String token, String key) {
        requirePositive(amount);
        return answer(
                key,
                "authorize\n" + reference + "\n" + words(amount) + "\n" + token,
                () -> desk.authorize(reference, amount, token, key));
    }

    /// Takes the whole amount that was set aside.
    public Answer capture(String reference, Money amount, String key) {
        requirePositive(amount);
        return answer(key, "capture\n" + reference + "\n" + words(amount), () -> desk.captureAll(reference, amount));
    }

    /// Lets go of what was set aside, and makes sure that this intent never moves money again, even if the
    /// request to authorize it is still on its way here.
    public Answer cancel(String reference, String key) {
        return answer(key, "cancel\n" + reference, () -> desk.fence(reference));
    }

    /// Gives back some of what was captured.
    public Answer refund(String reference, Money amount, String key) {
        return refund(reference, amount, key, Map.of());
    }

    /// The same, with something written on it.
    public Answer refund(String reference, Money amount, String key, Map<String, String> metadata) {
        requirePositive(amount);
        return answer(key, "refund\n" + reference + "\n" + words(amount), () -> {
            PaymentIntent intent = books.intent(reference);
            return intent == null
                    ? new Verdict.Refuse(Desk.noSuchIntent(reference))
                    : desk.refund(intent, amount, null, metadata);
        });
    }

    public Optional<PaymentIntent> retrieve(String reference) {
        return Optional.ofNullable(books.intent(reference));
    }

    /// Some intents, the oldest first.
    ///
    /// @param next where the next ones begin; null after the last
    public record Page(
            List<PaymentIntent> intents, @Nullable Integer next) {}

    /// Intents that were made at or after `from` and before `until`, at most `limit` of them.
    ///
    /// @param begin where they begin, as those before them said; null for the first
    public Page list(Instant from, Instant until, @Nullable Integer begin, int limit) {
        return look(it -> {
            int first = begin == null ? it.firstIntentSince(from) : begin;
            int end = first;
            while (end < it.intentCount()
                    && end < first + limit
                    && it.intentAt(end).createdAt().isBefore(until)) {
                end++;
            }
            boolean more =
                    end < it.intentCount() && it.intentAt(end).createdAt().isBefore(until);
            return new Page(IntStream.range(first, end).mapToObj(it::intentAt).toList(), more ? end : null);
        });
    }

    /// All intents, the oldest first.
    public List<PaymentIntent> list() {
        return look(it ->
                IntStream.range(0, it.intentCount()).mapToObj(it::intentAt).toList());
    }

    /// The shopper proved to be the holder of the card. Without effect unless the intent waits for that.
    public Optional<PaymentIntent> passChallenge(String reference) {
        return endChallenge(reference, desk::passChallenge);
    }

    /// The shopper gave up or could not prove it. Without effect unless the intent waits for that.
    public Optional<PaymentIntent> failChallenge(String reference) {
        return endChallenge(reference, _ -> Verdict.of(new Fact.ChallengeFailed(reference)));
    }

    /// Every movement of money, in the order it happened.
    public List<Movement> ledger() {
        return look(it -> List.copyOf(it.ledger()));
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

    /// Reads what is known, while nothing changes.
    <T> T look(Function<Books, T> reader) {
        return exclusively(() -> reader.apply(books));
    }

    /// To be used by what [#ask] is given, and nowhere else.
    Books books() {
        return books;
    }

    /// To be used by what [#ask] is given, and nowhere else.
    Desk desk() {
        return desk;
    }

    /// Answers a request, once: what was answered under its key before is answered again.
    ///
    /// @param decide looks into the books, and is not asked if the key is known
    Heard ask(Ask ask, Supplier<Verdict> decide) {
        return exclusively(() -> {
            String key = ask.key();
            Books.Kept kept = key == null ? null : books.answer(key);
            if (kept == null) return carryOut(ask, decide.get());
            if (kept.asked() == ask.fingerprint()) return new Heard(kept.reply(), true, false);
            return new Heard(new Reply.Failed(StripeError.keyReused(requireNonNull(key)), null), false, false);
        });
    }

    private Heard carryOut(Ask ask, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Do it -> new Heard(record(ask, it.facts(), ask.instead()), false, it.unheard());
            case Verdict.Refuse it -> {
                boolean keeps = ask.keepsRefusals() && ask.key() != null;
                yield new Heard(keeps ? record(ask, List.of(), it.error()) : failed(it.error()), false, false);
            }
            case Verdict.Lose it -> {
                write(Entry.of(now(), new Fact.RequestLost(it.key())));
                yield new Heard(null, false, true);
            }
        };
    }

    private Reply failed(StripeError error) {
        return new Reply.Failed(error, error.intent() == null ? null : books.intent(error.intent()));
    }

    private Reply record(Ask ask, List<Fact> facts, @Nullable StripeError failure) {
        return requireNonNull(write(new Entry(now(), ask.key(), ask.fingerprint(), facts, failure)));
    }

    /// All refunds of an intent, the oldest first; those that failed among them.
    public List<Refund> refunds(String reference) {
        return look(it -> IntStream.range(0, it.refundCount())
                .mapToObj(it::refundAt)
                .filter(refund -> refund.intent().equals(reference))
                .toList());
    }

    /// Brings all refunds to their end that were not at it yet: what the card says will fail, fails.
    public void endRefunds() {
        endRefunds(Duration.ZERO);
    }

    /// Brings those refunds to their end that began before `age` ago and were not at their end yet.
    void endRefunds(Duration age) {
        exclusively(() -> {
            Instant until = now().minus(age);
            for (Refund refund : books.openRefunds()) {
                if (refund.createdAt().isAfter(until)) continue;
                write(Entry.of(now(), new Fact.RefundEnded(refund.id(), requireNonNull(refund.end()))));
            }
            return true;
        });
    }

    /// Lets the issuers say yes who took their time.
    void approveLate() {
        exclusively(() -> {
            Instant now = now();
            for (PaymentIntent intent : books.approvedBy(now)) {
                if (desk.passChallenge(intent) instanceof Verdict.Do it) {
                    write(new Entry(now, null, 0, it.facts(), null));
                }
            }
            return true;
        });
    }

    /// What was set aside a week ago and not captured is let go of by the issuer: here at once. Without effect
    /// on a payment that does not wait to be captured.
    Optional<PaymentIntent> lapse(String reference) {
        return exclusively(() -> {
            PaymentIntent intent = books.intent(reference);
            if (intent != null && intent.state() == State.REQUIRES_CAPTURE) {
                write(Entry.of(now(), new Fact.Canceled(reference, "automatic")));
            }
            return retrieve(reference);
        });
    }

    /// Has `listener` told at once, in short, when there are events to be delivered.
    void whenSomethingHappened(Runnable listener) {
        somethingHappened = listener;
    }

    /// Sends every event from now on to `url`; once, however often it is said.
    EventLog.Endpoint addEndpoint(String url, String secret) {
        return exclusively(() -> {
            for (EventLog.Endpoint known : books.events().endpoints()) {
                if (known.url().equals(url) && known.secret().equals(secret)) return known;
            }
            Instant now = now();
            var added = new Fact.EndpointAdded(Names.next("we_"), url, secret);
            write(Entry.of(now, added));
            return new EventLog.Endpoint(added.endpoint(), url, secret, now);
        });
    }

    void removeEndpoint(String endpoint) {
        exclusively(() -> write(Entry.of(now(), new Fact.EndpointRemoved(endpoint))) == null);
    }

    /// The endpoint heard of the event, or never will.
    void delivered(EventLog.Delivery delivery) {
        exclusively(() -> {
            String endpoint = delivery.endpoint().id();
            int event = delivery.event().number();
            if (!books.events().isWaiting(endpoint, event)) return false;
            write(Entry.of(now(), new Fact.Delivered(endpoint, event)));
            return true;
        });
    }

    /// Forgets what was answered before `age` ago: such keys are as good as new.
    void forgetKeys(Duration age) {
        exclusively(() -> {
            write(Entry.of(now(), new Fact.KeysForgotten(age.toSeconds())));
            return true;
        });
    }

    private Answer answer(String key, String request, Supplier<Verdict> decide) {
        Heard heard = ask(new Ask(key, Names.fingerprint(request), false, null), decide);
        if (heard.unheard()) return new Answer.Lost();
        return switch (requireNonNull(heard.reply())) {
            case Reply.Intent it ->
                new Answer.Done(
                        it.intent(), it.intent().reference(), it.intent().amount());
            case Reply.Declined it -> new Answer.Declined(it.intent(), it.code());
            case Reply.Refunded it ->
                new Answer.Done(it.intent(), it.refund().id(), it.refund().amount());
            case Reply.Failed it -> new Answer.Refused(it.error().reason());
            case Reply.Method _, Reply.Token _ -> throw new IllegalStateException("Nobody asked for a card here");
        };
    }

    private Optional<PaymentIntent> endChallenge(String reference, Function<PaymentIntent, Verdict> end) {
        return exclusively(() -> {
            PaymentIntent intent = books.intent(reference);
            if (intent != null && intent.state() == State.REQUIRES_ACTION) {
                Verdict verdict = end.apply(intent);
                if (verdict instanceof Verdict.Do it) write(new Entry(now(), null, 0, it.facts(), null));
            }
            return retrieve(reference);
        });
    }

    private @Nullable Reply write(Entry entry) {
        try {
            journal.append(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Reply reply = books.apply(entry);
        if (books.events().hasFresh()) somethingHappened.run();
        return reply;
    }

    private static String words(Money amount) {
        return amount.minor() + amount.currency().getCurrencyCode();
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
