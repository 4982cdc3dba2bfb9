package holdfast.reconcile;

import holdfast.checkout.Recovery;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.kernel.RefundId;
import holdfast.order.Settlement;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import holdfast.reconcile.Report.Finding;
import holdfast.reconcile.Report.Kind;
import holdfast.reconcile.Tally.Looked;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares what providers have with what is written here, in both directions: what they list is looked up
/// here, and what has money here and was not in the list is looked up there.
///
/// What differs is read once more on both sides, since either may just have moved on. Then a payment that is
/// not decided goes to the recovery, one of an order to the settlement, and money that nothing stands for is
/// let go of. What no rule decides is told, and stays told until somebody has put it in order. Each run is
/// written down.
public final class Reconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /// How often, and over how long.
    private static final Duration EVERY = Duration.ofMinutes(5);

    /// After a page, so many times as long as that took.
    private static final int RESTS = 3;

    private static final Duration REST_MAX = Duration.ofMillis(100);
    private static final Duration RECENT = Duration.ofHours(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(20);

    /// Between these hours, UTC, all there is, a day at a time.
    private static final int NIGHT_BEGINS = 2;

    private static final int NIGHT_ENDS = 4;
    private static final Duration ONCE_A_NIGHT = Duration.ofHours(12);
    private static final Duration WINDOW = Duration.ofDays(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final Database database;
    private final Map<String, Gateway> gateways;
    private final Recovery recovery;
    private final Settlement settlement;
    private final ExecutorService asked = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("reconcile-", 0).factory());
    private volatile long lookedAt; // a moment of System.nanoTime()
    private final CountDownLatch closing = new CountDownLatch(1);

    /// @param gateways by their names
    public Reconciler(Database database, Map<String, Gateway> gateways, Recovery recovery, Settlement settlement) {
        this.database = database;
        this.gateways = Map.copyOf(gateways);
        this.recovery = recovery;
        this.settlement = settlement;
    }

    /// Does what is due: something every five minutes, and more every night, on one server of all. May be
    /// called as often as one likes.
    public void runDue() {
        long moment = System.nanoTime();
        if (lookedAt != 0 && moment - lookedAt < LOOK_EVERY.toNanos()) return;
        lookedAt = moment;
        Instant now = database.inTransaction(Tx::now);
        for (String gateway : gateways.keySet()) {
            run(gateway, Kind.RECENT, now.minus(RECENT), now, now.minus(EVERY));
            int hour = now.atOffset(ZoneOffset.UTC).getHour();
            if (hour >= NIGHT_BEGINS && hour < NIGHT_ENDS) {
                Optional<Instant> first = database.inTransaction(ReconcileTable::oldest);
                if (first.isPresent()) run(gateway, Kind.FULL, first.get(), now, now.minus(ONCE_A_NIGHT));
            }
        }
        database.transact(ReconcileTable::forgetOld);
    }

    private void run(String gateway, Kind kind, Instant since, Instant until, Instant notSince) {
        database.inTransaction(tx -> ReconcileTable.begin(tx, gateway, kind, since, until, notSince))
                .ifPresent(id -> compare(id, gateway, since, until));
    }

    /// Begins to compare all that began in the last hour, or since a moment.
    ///
    /// @return the reports, one for each gateway, which [#find] tells the progress of
    public List<UUID> begin(@Nullable Instant since) {
        Instant now = database.inTransaction(Tx::now);
        Instant from = since == null ? now.minus(RECENT) : since;
        return gateways.keySet().stream()
                .map(gateway -> {
                    UUID id = database.inTransaction(
                                    tx -> ReconcileTable.begin(tx, gateway, Kind.ASKED, from, now, now.plus(WINDOW)))
                            .orElseThrow();
                    asked.execute(() -> compare(id, gateway, from, now));
                    return id;
                })
                .toList();
    }

    /// The latest reports, the newest first.
    public List<Report> latest(Tx tx, int limit) {
        return ReconcileTable.latest(tx, limit);
    }

    public Optional<Report> find(Tx tx, UUID id) {
        return ReconcileTable.find(tx, id);
    }

    private void compare(UUID id, String name, Instant since, Instant until) {
        var tally = new Tally();
        try {
            compare(tally, gateway(name), since, until);
        } catch (RuntimeException e) { // It is told in the report, and the next run begins anew.
            LOG.warn("The payments at {} could not all be compared: {}", name, e.toString());
            tally.stop("it broke off: " + e.getClass().getSimpleName());
        }
        database.transact(tx -> ReconcileTable.end(tx, id, tally));
        tell(name, tally);
    }

    private static void tell(String gateway, Tally tally) {
        for (Finding finding : tally.findings()) {
            if (finding.resolved()) {
                LOG.warn("Payment {} at {} was put in order: {}", finding.reference(), gateway, finding.detail());
            } else {
                LOG.error("Payment {} at {} is unexplained: {}", finding.reference(), gateway, finding.detail());
            }
        }
        LOG.info(
                "Compared {} payments at {}: {} agree, {} are under way, {} are told of; {}",
                tally.checked(),
                gateway,
                tally.agreed(),
                tally.underway(),
                tally.findings().size(),
                tally.incomplete() == null ? "complete" : tally.incomplete());
    }

    private void compare(Tally tally, Gateway gateway, Instant since, Instant until) {
        for (Instant from = since; from.isBefore(until) && !tally.isStopped(); from = from.plus(WINDOW)) {
            Instant end = from.plus(WINDOW);
            compareWindow(tally, gateway, from, end.isBefore(until) ? end : until);
        }
    }

    private void compareWindow(Tally tally, Gateway gateway, Instant from, Instant until) {
        Set<String> listed = new HashSet<>();
        String next = null;
        do {
            switch (gateway.list(from, until, next)) {
                case Listing.Page page -> {
                    long began = System.nanoTime();
                    compare(tally, gateway, page.payments());
                    page.payments().forEach(each -> listed.add(each.reference()));
                    next = page.next();
                    if (next != null) rest(Duration.ofNanos(System.nanoTime() - began));
                }
                case Listing.Unreachable(String detail) -> tally.stop("the list cannot be had: " + detail);
            }
            if (closing.getCount() == 0) tally.stop("the server was stopped");
            if (tally.isStopped()) return;
        } while (next != null);
        compareBack(tally, gateway, listed, from, until);
    }

    /// Three quarters of the time belong to the shoppers: after a sale there are millions to compare.
    private void rest(Duration after) {
        Duration rest = after.multipliedBy(RESTS);
        try {
            var _ = closing.await(Math.min(rest.toNanos(), REST_MAX.toNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What they have, against what we have.
    private void compare(Tally tally, Gateway gateway, List<Listing.Listed> theirs) {
        Collection<PaymentId> ids = theirs.stream().map(Listing.Listed::payment).toList();
        Map<PaymentId, Ours> ours =
                database.inTransaction(tx -> ReconcileTable.byId(tx, gateway.name(), gateway.takesOurReference(), ids));
        for (Listing.Listed each : theirs) {
            Ours written = ours.get(each.payment());
            boolean agreed = Difference.between(written, each.reference(), each.found()) instanceof Difference.Agreed;
            tally.add(agreed ? new Looked.Agreed() : look(gateway, each.reference(), each.payment()));
        }
    }

    /// What we have and they did not list, against what they say when they are asked for it.
    private void compareBack(Tally tally, Gateway gateway, Set<String> listed, Instant from, Instant until) {
        List<Ours> missing = database
                .inTransaction(
                        tx -> ReconcileTable.withMoney(tx, gateway.name(), gateway.takesOurReference(), from, until))
                .stream()
                .filter(ours -> ours.reference() != null && !listed.contains(ours.reference()))
                .toList();
        for (Ours ours : missing) {
            if (tally.isStopped()) return;
            if (ours.reference() != null) tally.add(look(gateway, ours.reference(), ours.id()));
        }
    }

    /// Looks at a payment that a provider has told of, and goes on with it.
    ///
    /// @param refundsToo whether refunds that were made may have failed since
    /// @return our own id for it, if it is one of ours
    /// @throws UnreachableException if the provider cannot be asked
    Optional<PaymentId> look(String gatewayName, String reference, boolean refundsToo) {
        Gateway gateway = gateway(gatewayName);
        Optional<Ours> ours = database.inTransaction(
                tx -> ReconcileTable.byReference(tx, gatewayName, gateway.takesOurReference(), reference));
        if (ours.isEmpty()) return Optional.empty();
        PaymentId payment = ours.get().id();
        if (refundsToo && cameBack(gateway, reference, payment) instanceof Looked.Unreachable(String detail)) {
            throw new UnreachableException(detail);
        }
        switch (look(gateway, reference, payment)) {
            case Looked.Agreed(), Looked.Underway() -> {}
            case Looked.Found(Finding finding) ->
                LOG.warn("Payment {} at {}: {}", reference, gatewayName, finding.detail());
            case Looked.Unreachable(String detail) -> throw new UnreachableException(detail);
        }
        return Optional.of(payment);
    }

    /// Reads both sides, the provider first: what it did was written down here before it was asked to.
    private Looked look(Gateway gateway, String reference, PaymentId payment) {
        Retrieved retrieved = gateway.retrieve(reference);
        if (retrieved instanceof Retrieved.Unreachable(String detail)) return new Looked.Unreachable(detail);
        Retrieved.Found theirs = retrieved instanceof Retrieved.Found found ? found : null;
        Map<PaymentId, Ours> read = database.inTransaction(
                tx -> ReconcileTable.byId(tx, gateway.name(), gateway.takesOurReference(), List.of(payment)));
        Ours ours = read.get(payment);
        return switch (Difference.between(ours, reference, theirs)) {
            case Difference.Agreed() -> new Looked.Agreed();
            case Difference.Open() -> {
                recovery.resume(payment);
                yield new Looked.Underway();
            }
            case Difference.Late() -> {
                settlement.hurry(payment);
                yield new Looked.Underway();
            }
            case Difference.Less(@Nullable String detail) ->
                switch (cameBack(gateway, reference, payment)) {
                    case Looked.Agreed() ->
                        detail == null
                                ? new Looked.Underway()
                                : new Looked.Found(new Finding(reference, payment, detail, false));
                    case Looked looked -> looked;
                };
            case Difference.Stray(Money taken) -> new Looked.Found(letGo(gateway, reference, payment, taken));
            case Difference.Contradiction(String detail) ->
                new Looked.Found(new Finding(reference, payment, detail, false));
        };
    }

    /// Reads the refunds of a payment, and writes down those that failed after they were made.
    private Looked cameBack(Gateway gateway, String reference, PaymentId payment) {
        return switch (gateway.refunds(reference)) {
            case GivenBack.Refunds(List<GivenBack.Refund> all) -> {
                List<GivenBack.Refund> failed =
                        all.stream().filter(GivenBack.Refund::failed).toList();
                List<RefundId> news = failed.isEmpty() ? List.of() : settlement.cameBack(payment, failed);
                yield news.isEmpty()
                        ? new Looked.Agreed()
                        : new Looked.Found(new Finding(reference, payment, "was given back, and came back", true));
            }
            case GivenBack.Unreachable(String detail) -> new Looked.Unreachable(detail);
        };
    }

    private Finding letGo(Gateway gateway, String reference, PaymentId payment, Money taken) {
        if (!taken.isZero() && hasComeBack(gateway, reference, payment)) {
            return new Finding(reference, payment, taken + " was taken for nothing, given back, and came back", false);
        }
        LetGo letGo = database.inTransaction(tx -> ReconcileTable.plan(tx, reference, payment, taken));
        Outcome outcome = letGo.ask(gateway);
        database.transact(tx -> ReconcileTable.answered(tx, letGo, LetGo.state(outcome)));
        return letGo.finding(outcome);
    }

    /// Giving it back once more would end as it did: a person has to find another way.
    private static boolean hasComeBack(Gateway gateway, String reference, PaymentId payment) {
        return gateway.refunds(reference) instanceof GivenBack.Refunds(List<GivenBack.Refund> all)
                && all.stream().anyMatch(refund -> refund.failed() && LetGo.isOurs(payment, refund.key()));
    }

    private Gateway gateway(String name) {
        Gateway gateway = gateways.get(name);
        if (gateway == null) throw new IllegalStateException("No gateway is configured as " + name);
        return gateway;
    }

    /// Stops after the page that is being compared.
    @Override
    public void close() {
        closing.countDown();
        asked.shutdown();
        try {
            asked.awaitTermination(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
