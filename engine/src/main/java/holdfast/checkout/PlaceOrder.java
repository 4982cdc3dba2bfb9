package holdfast.checkout;

import holdfast.checkout.BeginPayment.Began;
import holdfast.checkout.CommitOrder.Committed;
import holdfast.checkout.EndPayment.End;
import holdfast.db.Database;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Refusal;
import holdfast.order.Capture;
import holdfast.order.OrderMoney;
import holdfast.payment.Attempt;
import holdfast.payment.Authorization;
import holdfast.payment.Gateway;
import holdfast.payment.Outcome;
import holdfast.payment.Payments;
import holdfast.payment.Retrieved;
import holdfast.payment.WorkList;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a checkout into an order: stock first, money second, promise last.
///
/// | step | what is committed | its undo |
/// | --- | --- | --- |
/// | [BeginPayment] | key claimed, hold `active → paying`, attempt written | [EndPayment] |
/// | gateway: create | | nothing has moved |
/// | store the reference | the gateway's id | |
/// | gateway: authorize | | gateway: cancel, the fence |
/// | [CommitOrder] | order, hold `committed`, the answer | cancellation of the order |
///
/// Between two commits there is one call to the gateway, and no database connection is held. Whoever finds an
/// attempt without owner goes on from what is written ([#resume]): the request itself asked again, or the
/// recovery.
public final class PlaceOrder {

    private static final Logger LOG = LoggerFactory.getLogger(PlaceOrder.class);
    private static final int QUOTES_MAX = 3;

    private final Database database;
    private final Pipeline pipeline;
    private final Idempotency idempotency;
    private final Checkouts checkouts;
    private final Holds holds;
    private final Payments payments;
    private final LateMoney lateMoney;
    private final WorkList workList;
    private final Map<String, Gateway> gateways;
    private final String defaultGateway;
    private final Rendering rendering;
    private final OrderMoney orderMoney;
    private final Underway underway = new Underway();

    /// Those that somebody here owned and could not go on with.
    private final Queue<Attempt> dropped = new ConcurrentLinkedQueue<>();

    PlaceOrder(
            Database database,
            Pipeline pipeline,
            Idempotency idempotency,
            Checkouts checkouts,
            Holds holds,
            Payments payments,
            LateMoney lateMoney,
            WorkList workList,
            Map<String, Gateway> gateways,
            String defaultGateway,
            Rendering rendering,
            OrderMoney orderMoney) {
        this.database = database;
        this.pipeline = pipeline;
        this.idempotency = idempotency;
        this.checkouts = checkouts;
        this.holds = holds;
        this.payments = payments;
        this.lateMoney = lateMoney;
        this.workList = workList;
        this.gateways = gateways;
        this.defaultGateway = defaultGateway;
        this.rendering = rendering;
        this.orderMoney = orderMoney;
    }

    /// Pays for a checkout and places its order.
    ///
    /// @return the order; or a refusal that stands; or, not stored under the key, that the shopper has to act
    /// or that the     outcome is open: the same request asked again tells how it went on
    /// @throws Refusal what leaves the key unused, and what is said of a key in use
    public Answer complete(CompleteRequest request, KeyUse key) {
        CrashPoint.K01.reached();
        Gateway gateway = gateway(request);
        for (int quotes = 0; quotes < QUOTES_MAX; quotes++) {
            var command = new BeginPayment(PaymentId.next(), request, gateway.name(), gateway.takesOurReference(), key);
            switch (underway.during(key.id(), () -> begin(command))) {
                case Done(Answer answer) -> {
                    return answer;
                }
                case Join() -> {
                    return join(request.checkout(), key);
                }
                case QuoteAnew() -> checkouts.quoteAnew(request.checkout());
            }
        }
        throw Refusals.catalogInMotion();
    }

    private sealed interface Beginning {}

    private record Done(Answer answer) implements Beginning {}

    private record Join() implements Beginning {}

    private record QuoteAnew() implements Beginning {}

    private Beginning begin(BeginPayment command) {
        return switch (pipeline.submit(command)) {
            case Began.Begun(Attempt attempt, StoredCheckout checkout) ->
                new Done(owning(attempt, () -> pay(attempt, checkout)));
            case Began.Answered(Answer answer) -> new Done(answer);
            case Began.Refused(Refusal refusal) -> throw refusal;
            case Began.Stale() -> new QuoteAnew();
            case Began.Pending() -> new Join();
        };
    }

    private Gateway gateway(CompleteRequest request) {
        String name = request.gateway() == null ? defaultGateway : request.gateway();
        Gateway gateway = gateways.get(name);
        if (gateway == null) {
            throw Refusal.invalid("payment.gateway", "unknown", "it is one of " + String.join(", ", gateways.keySet()));
        }
        return gateway;
    }

    /// The request was made before. Goes on with it if nobody is at it, else waits a little for whoever is.
    private Answer join(CheckoutId checkout, KeyUse key) {
        Optional<Attempt> abandoned = database.inTransaction(
                tx -> payments.openUnder(tx, checkout, key.id()).flatMap(payment -> payments.takeOver(tx, payment)));
        if (abandoned.isPresent()) {
            return underway.during(key.id(), () -> resume(abandoned.get()));
        }
        return await(key);
    }

    private Answer await(KeyUse key) {
        return underway.await(key.id(), Idempotency.WAIT_MAX, () -> answered(key))
                .orElseThrow(Idempotency::inUse);
    }

    private Optional<Answer> answered(KeyUse key) {
        return database.inTransaction(tx -> idempotency.answer(tx, key.id()));
    }

    /// Whatever keeps an owner from going on, such as a database that is away, nobody need wait for the lease
    /// because of it.
    private Answer owning(Attempt attempt, Supplier<Answer> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            dropped.add(attempt);
            throw e;
        }
    }

    /// Lets somebody go on at once with those attempts that their owners here could not go on with.
    void giveBackDropped() {
        for (Attempt attempt = dropped.peek(); attempt != null; attempt = dropped.peek()) {
            Attempt each = attempt;
            database.transact(tx -> payments.free(tx, each));
            dropped.remove(attempt);
        }
    }

    /// Goes on with an attempt that the caller owns, by what the gateway says of it, whatever is written about
    /// it here.
    Answer resume(Attempt attempt) {
        return owning(attempt, () -> goOn(attempt));
    }

    private Answer goOn(Attempt attempt) {
        Hold hold = database.inTransaction(tx -> hold(tx, attempt));
        String reference = attempt.reference();
        boolean payable = hold.payable();
        // Not named, so no money was asked for yet, nor will be by an earlier owner.
        if (reference == null && !payable) return end(attempt, new End.Fenced());
        if (!gateways.containsKey(attempt.gateway())) {
            LOG.error("Payment {}: no gateway is configured as {} any more", attempt.id(), attempt.gateway());
            return undecided(attempt);
        }
        if (reference == null) return pay(attempt, checkout(attempt));
        return switch (gatewayOf(attempt).retrieve(reference)) {
            case Retrieved.Found found -> resume(attempt, found, hold);
            case Retrieved.Absent() -> payable ? payAgain(attempt) : fence(attempt, reference);
            case Retrieved.Unreachable(String detail) -> {
                LOG.warn("Payment {}: the gateway cannot be asked: {}", attempt.id(), detail);
                yield undecided(attempt);
            }
        };
    }

    private Answer resume(Attempt attempt, Retrieved.Found found, Hold hold) {
        String reference = Objects.requireNonNull(attempt.reference());
        return switch (found.state()) {
            case REQUIRES_CAPTURE -> authorized(attempt, found, found.amount());
            // What was given back, by us or by hand, pays for nothing any more.
            case SUCCEEDED ->
                found.refunded().isZero() ? authorized(attempt, found, found.captured()) : giveBack(attempt, reference);
            case CANCELED -> end(attempt, new End.Fenced());
            case REQUIRES_PAYMENT_METHOD -> {
                String code = found.declineCode();
                if (code != null) yield end(attempt, new End.Declined(code));
                yield hold.payable() ? payAgain(attempt) : fence(attempt, reference);
            }
            case REQUIRES_ACTION -> {
                if (!hold.payable()) yield fence(attempt, reference);
                URI url = found.actionUrl();
                boolean isNews = attempt.state() != Attempt.State.REQUIRES_ACTION;
                yield url != null && isNews ? challenge(attempt, url) : park(attempt, url);
            }
            case PROCESSING -> hold.payable() ? park(attempt, null) : fence(attempt, reference);
        };
    }

    /// @param amount which is set aside, or taken
    private Answer authorized(Attempt attempt, Retrieved.Found found, Money amount) {
        String reference = Objects.requireNonNull(attempt.reference());
        return amount.equals(attempt.amount())
                ? commit(attempt, checkout(attempt), new Authorization(reference, found.card(), found.captureBefore()))
                : quarantine(attempt, reference);
    }

    private Answer payAgain(Attempt attempt) {
        database.transact(tx -> payments.sentAgain(tx, attempt));
        return pay(attempt, checkout(attempt));
    }

    private StoredCheckout checkout(Attempt attempt) {
        Map<CheckoutId, StoredCheckout> read = database.read(tx -> CheckoutTable.read(tx, List.of(attempt.checkout())));
        return Objects.requireNonNull(read.get(attempt.checkout()));
    }

    private Answer pay(Attempt attempt, StoredCheckout checkout) {
        CrashPoint.K09.reached();
        Gateway gateway = gatewayOf(attempt);
        String reference = attempt.reference();
        if (reference == null) {
            switch (gateway.create(attempt.charge(), attempt.key("create"))) {
                case Outcome.Approved named -> reference = named.reference();
                case Outcome.Declined(String code) -> {
                    return end(attempt, new End.Declined(code));
                }
                case Outcome.ActionRequired _ -> {
                    return park(attempt, null);
                }
                case Outcome.Unknown unknown -> {
                    return unclear(attempt, unknown);
                }
            }
            CrashPoint.K11.reached();
            String name = reference;
            if (!database.inTransaction(tx -> payments.name(tx, attempt, name))) return overtaken(attempt);
            CrashPoint.K12.reached();
        }
        CrashPoint.K13.reached();
        Outcome outcome = gateway.authorize(reference, attempt.charge(), attempt.key("authorize"));
        CrashPoint.K15.reached();
        return switch (outcome) {
            case Outcome.Approved approved ->
                approved.amount().equals(attempt.amount())
                        ? commit(
                                attempt,
                                checkout,
                                new Authorization(reference, approved.card(), approved.captureBefore()))
                        : quarantine(attempt, reference);
            case Outcome.Declined(String code) -> end(attempt, new End.Declined(code));
            case Outcome.ActionRequired required -> challenge(attempt, required.url());
            case Outcome.Unknown unknown -> unclear(attempt, unknown);
        };
    }

    private Answer commit(Attempt attempt, StoredCheckout checkout, Authorization authorization) {
        CrashPoint.K16.reached();
        return switch (pipeline.submit(new CommitOrder(attempt, checkout, authorization))) {
            case Committed.Done(Answer answer, Capture capture) -> {
                CrashPoint.K20.reached();
                orderMoney.begin(capture);
                yield answer;
            }
            case Committed.Superseded() -> overtaken(attempt);
            case Committed.HoldGone() ->
                lateMoney.holdAgain(attempt)
                        ? commit(attempt, checkout, authorization)
                        : fence(attempt, authorization.reference());
        };
    }

    private Answer end(Attempt attempt, End end) {
        return pipeline.submit(new EndPayment(attempt, end)).orElseGet(() -> overtaken(attempt));
    }

    /// Makes sure that the attempt can never take money, and only then gives the stock back.
    private Answer fence(Attempt attempt, String reference) {
        CrashPoint.K26.reached();
        Outcome outcome = gatewayOf(attempt).cancel(reference, attempt.key("void"));
        CrashPoint.K27.reached();
        return switch (outcome) {
            case Outcome.Approved _ -> end(attempt, new End.Fenced());
            case Outcome.Declined _ -> giveBack(attempt, reference);
            case Outcome.ActionRequired _, Outcome.Unknown _ -> undecided(attempt);
        };
    }

    /// Too late to let go of: some methods of payment take the money at once.
    private Answer giveBack(Attempt attempt, String reference) {
        Gateway gateway = gatewayOf(attempt);
        if (!(gateway.retrieve(reference) instanceof Retrieved.Found found)) return undecided(attempt);
        if (found.state() == Retrieved.State.CANCELED) return end(attempt, new End.Fenced());
        if (found.state() != Retrieved.State.SUCCEEDED) return undecided(attempt);
        Money left = found.captured().minus(found.refunded());
        if (left.isZero()) return end(attempt, new End.Fenced());
        return switch (gateway.refund(reference, left, attempt.key("refund"))) {
            case Outcome.Approved _ -> end(attempt, new End.Fenced());
            case Outcome.Declined _, Outcome.ActionRequired _, Outcome.Unknown _ -> undecided(attempt);
        };
    }

    /// Whether it takes money cannot be known or helped now. That keeps the stock until the hold's hard limit,
    /// and no longer.
    private Answer undecided(Attempt attempt) {
        Hold hold = database.inTransaction(tx -> hold(tx, attempt));
        if (hold.state() == Hold.State.PAYING && !hold.extendable()) {
            pipeline.submit(new EndPayment(attempt, new End.HardLimit()));
        }
        return park(attempt, null);
    }

    /// Something is set aside, but not what was asked for: no order comes of this.
    private Answer quarantine(Attempt attempt, String reference) {
        LOG.error(
                "Payment {}: the gateway has set aside another amount than was asked for; letting go of it",
                attempt.id());
        toWorkList(attempt, WorkList.Reason.OTHER_AMOUNT, "Another amount was set aside than " + attempt.amount());
        return fence(attempt, reference);
    }

    private Answer unclear(Attempt attempt, Outcome.Unknown unknown) {
        LOG.warn("Payment {}: the outcome is open: {}", attempt.id(), unknown.detail());
        if (unknown.doubt() == Outcome.Doubt.NOT_FOR_US) {
            toWorkList(attempt, WorkList.Reason.GATEWAY_REFUSES, "The gateway says " + unknown.detail());
        }
        return park(attempt, null);
    }

    private void toWorkList(Attempt attempt, WorkList.Reason reason, String detail) {
        database.transact(tx -> workList.add(tx, attempt.id(), reason, detail));
    }

    private Answer challenge(Attempt attempt, URI url) {
        database.transact(tx -> {
            Hold hold = Objects.requireNonNull(
                    holds.lock(tx, List.of(attempt.checkout())).get(attempt.checkout()));
            if (payments.park(tx, attempt, url, hold.hardDeadline())) holds.extend(tx, List.of(hold.checkout()));
        });
        return open(attempt);
    }

    private Answer park(Attempt attempt, @Nullable URI url) {
        database.inTransaction(
                tx -> payments.park(tx, attempt, url, hold(tx, attempt).hardDeadline()));
        return open(attempt);
    }

    /// Another owner went on with it: its answer is the answer, if there is one already.
    private Answer overtaken(Attempt attempt) {
        return database.inTransaction(tx -> idempotency.answer(tx, attempt.asked()))
                .orElseGet(() -> open(attempt));
    }

    /// Not an end: the same request asked again will tell.
    private Answer open(Attempt attempt) {
        Checkout checkout =
                database.read(tx -> checkouts.find(tx, attempt.checkout())).orElseThrow();
        return checkout.status() == Checkout.Status.REQUIRES_ACTION
                ? rendering.requiresAction(checkout)
                : rendering.processing(checkout);
    }

    private Hold hold(Tx tx, Attempt attempt) {
        return Objects.requireNonNull(
                holds.read(tx, List.of(attempt.checkout())).get(attempt.checkout()));
    }

    private Gateway gatewayOf(Attempt attempt) {
        Gateway gateway = gateways.get(attempt.gateway());
        if (gateway == null) throw new IllegalStateException("No gateway is configured as " + attempt.gateway());
        return gateway;
    }
}
