package holdfast.reconcile;

import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Page;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Tally;
import holdfast.payment.WebhookReader;
import holdfast.payment.WebhookReader.Told;
import holdfast.payment.WorkList;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The inbox for what providers tell on their own accord. What comes is checked, written down once and
/// acknowledged; then a worker looks at the payment, as the reconciler does. Nothing in a webhook is taken for
/// true but that it is worth looking.
///
/// ```
/// waiting ─▶ done     looked at
///         ─▶ ignored  about nothing of ours
///         ─▶ dead     could not be looked at, eight times; until somebody asks for another try
/// ```
public final class Webhooks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

    /// How far the time of a signature may be from ours, in both directions.
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final Set<String> REFUND_CHANGED =
            Set.of("refund.updated", "refund.failed", "charge.refund.updated");

    private static final Set<String> DISPUTED = Set.of("charge.dispute.created", "charge.dispute.funds_withdrawn");

    private static final Pattern EVENT_ID = Pattern.compile("[A-Za-z0-9]+_[A-Za-z0-9_]+");
    private static final int TRIES_MAX = 8;
    private static final int CLAIMED_MAX = 32;
    private static final Duration CLAIM = Duration.ofMinutes(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private static final String STORE = """
            insert into webhook_inbox (gateway, event_id, type, reference, created_at, state, due_at)
            values (:gateway, :event, :type, :reference, :created,
                    case when :reference::text is null then 'ignored' else 'waiting' end,
                    case when :reference::text is null then null else shop_clock() end)
            on conflict (gateway, event_id) do nothing
            """;

    private static final String CLAIM_DUE = """
            with due as (
              select gateway, event_id
                from webhook_inbox
               where due_at <= shop_clock()
               order by due_at
               limit :limit
                 for update skip locked
            )
            update webhook_inbox w
               set tries = w.tries + 1, due_at = shop_clock() + make_interval(secs => :claim)
              from due d
             where w.gateway = d.gateway and w.event_id = d.event_id
            returning w.gateway, w.event_id, w.type, w.reference, w.tries
            """;

    private static final String END = """
            update webhook_inbox
               set state = :state, due_at = null, detail = null
             where gateway = :gateway and event_id = :event and state = 'waiting'
            """;

    private static final String FAIL = """
            update webhook_inbox
               set detail = :detail,
                   state = case when tries >= :most then 'dead' else 'waiting' end,
                   due_at = case when tries < :most
                                 then shop_clock() + make_interval(secs => least(5 * power(4, tries - 1), 3600)) end
             where gateway = :gateway and event_id = :event and state = 'waiting'
            returning state
            """;

    private static final String RETRY = """
            update webhook_inbox
               set state = 'waiting', tries = 0, due_at = shop_clock()
             where gateway = :gateway and event_id = :event and state = 'dead'
            """;

    private static final String SELECT = """
            select event_id, type, reference, state, tries, detail, created_at, received_at
              from webhook_inbox
            """;

    private static final String LIST = SELECT + """
             where gateway = :gateway
               and (:state::text is null or state = :state)
               and (:cursor::text is null
                    or (received_at, event_id) < (select c.received_at, c.event_id
                                                    from webhook_inbox c
                                                   where c.gateway = :gateway and c.event_id = :cursor))
             order by received_at desc, event_id desc
             limit :limit
            """;

    private static final String FIND = SELECT + " where gateway = :gateway and event_id = :event";

    private static final String FORGET = """
            delete from webhook_inbox
             where received_at < shop_clock() - interval '35 days' and state in ('done', 'ignored')
            """;

    private final Database database;
    private final Map<String, WebhookReader> readers;
    private final Reconciler reconciler;
    private final WorkList workList;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(CLAIMED_MAX);
    private final Tally<Result> results = new Tally<>();

    /// What came of a webhook, or of one look at it.
    public enum Result {
        TAKEN,
        REPEATED,
        REFUSED,
        FOREIGN,
        DONE,
        IGNORED,
        FAILED,
        DEAD
    }

    /// Something that a provider told.
    ///
    /// @param id as the provider names it
    /// @param reference the payment it is about; null if it is about none
    /// @param tries how often it was looked at, or tried to
    /// @param detail why it could not be looked at the last time
    public record Notice(
            String id,
            String type,
            @Nullable String reference,
            State state,
            int tries,
            @Nullable String detail,
            Instant createdAt,
            Instant receivedAt) {}

    /// How far it is with a [Notice].
    public enum State {
        WAITING,
        DONE,
        IGNORED,
        DEAD;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    private record Claimed(
            String gateway,
            String event,
            String type,
            @Nullable String reference,
            int tries) {

        /// Of one that has changed: this is how a provider tells that it failed.
        boolean tellsOfRefunds() {
            return REFUND_CHANGED.contains(type);
        }

        /// Of one that somebody has to answer; not of one that is over.
        boolean tellsOfDispute() {
            return DISPUTED.contains(type);
        }
    }

    /// @param readers by the names of their gateways
    public Webhooks(Database database, Map<String, WebhookReader> readers, Reconciler reconciler, WorkList workList) {
        this.database = database;
        this.readers = Map.copyOf(readers);
        this.reconciler = reconciler;
        this.workList = workList;
    }

    /// The header that carries the signature of a gateway's webhooks; empty if it sends none.
    public Optional<String> signatureHeader(String gateway) {
        return Optional.ofNullable(readers.get(gateway)).map(WebhookReader::signatureHeader);
    }

    /// What came of all so far.
    public Map<Result, Long> results() {
        return results.now();
    }

    /// Takes in what came. When this returns it is written down, and will be looked at.
    ///
    /// @throws Refusal `not_found` if the gateway sends none, `invalid_request` if it is not to be believed
    public void receive(String gateway, byte[] body, @Nullable String signature) {
        WebhookReader reader = readers.get(gateway);
        if (reader == null) throw Problem.NOT_FOUND.refuse("No gateway of that name sends webhooks");
        switch (reader.read(body, signature)) {
            case Told.Refused(String because) -> {
                results.count(Result.REFUSED);
                throw refused(gateway, reader, because);
            }
            case Told.Foreign(String because) -> {
                results.count(Result.FOREIGN);
                throw refused(gateway, reader, because);
            }
            case Told.Event event -> {
                boolean isNew = database.inTransaction(tx -> {
                    if (Duration.between(event.signedAt(), tx.now()).abs().compareTo(TOLERANCE) > 0) {
                        results.count(Result.REFUSED);
                        throw refused(gateway, reader, "It was signed at another time");
                    }
                    return store(tx, gateway, event);
                });
                CrashPoint.K30.reached();
                results.count(isNew ? Result.TAKEN : Result.REPEATED);
                if (isNew) wake();
            }
        }
    }

    private static Refusal refused(String gateway, WebhookReader reader, String because) {
        LOG.warn("A webhook of {} was refused: {}", gateway, because);
        return Refusal.invalid(reader.signatureHeader(), "malformed", because);
    }

    private static boolean store(Tx tx, String gateway, Told.Event event) {
        return tx.update(STORE)
                        .bind("gateway", gateway)
                        .bind("event", event.id())
                        .bind("type", event.type())
                        .bind("reference", event.reference())
                        .bind("created", Timestamp.from(event.createdAt()))
                        .execute()
                == 1;
    }

    private void wake() {
        if (!workers.isShutdown()) workers.execute(this::workDueSafely);
    }

    private void workDueSafely() {
        try {
            workDue();
        } catch (RuntimeException e) { // The last handler of this thread: what is due will be looked for again.
            LOG.warn("Webhooks could not be looked at now: {}", e.toString());
        }
    }

    /// Looks at what is due, many at once; returns when each has been looked at.
    public void workDue() {
        List<Claimed> claimed;
        do {
            claimed = claim();
            try (var looks = Executors.newVirtualThreadPerTaskExecutor()) {
                claimed.forEach(each -> looks.execute(() -> workInTurn(each)));
            }
        } while (claimed.size() == CLAIMED_MAX);
    }

    private void workInTurn(Claimed claimed) {
        atOnce.acquireUninterruptibly();
        try {
            work(claimed);
        } catch (RuntimeException e) { // It is due again when its claim is over.
            LOG.warn("Webhook {} could not be looked at now: {}", claimed.event, e.toString());
        } finally {
            atOnce.release();
        }
    }

    private List<Claimed> claim() {
        return database.inTransaction(tx -> tx.query(CLAIM_DUE)
                .bind("limit", CLAIMED_MAX)
                .bind("claim", CLAIM.toSeconds())
                .map((row, _) -> new Claimed(
                        row.getString("gateway"),
                        row.getString("event_id"),
                        row.getString("type"),
                        row.getString("reference"),
                        row.getInt("tries")))
                .list());
    }

    private void work(Claimed claimed) {
        try {
            CrashPoint.K31.reached();
            Optional<PaymentId> ours = look(claimed);
            CrashPoint.K32.reached();
            end(claimed, ours.isPresent() ? State.DONE : State.IGNORED);
            results.count(ours.isPresent() ? Result.DONE : Result.IGNORED);
        } catch (RuntimeException e) { // Whatever is in the way, it is tried again, and then shown to a person.
            fail(claimed, e instanceof UnreachableException ? String.valueOf(e.getMessage()) : e.toString());
        }
    }

    private Optional<PaymentId> look(Claimed claimed) {
        if (claimed.reference == null) return Optional.empty();
        Optional<PaymentId> ours = reconciler.look(claimed.gateway, claimed.reference, claimed.tellsOfRefunds());
        if (ours.isPresent() && claimed.tellsOfDispute()) dispute(claimed, ours.get());
        return ours;
    }

    /// What is to be said to it, and until when, is the provider's to tell and a person's to do.
    private void dispute(Claimed claimed, PaymentId payment) {
        LOG.warn("The provider {} tells of a dispute about {}: {}", claimed.gateway, payment, claimed.type);
        database.transact(tx ->
                workList.add(tx, payment, WorkList.Reason.DISPUTED, "The provider tells of it by " + claimed.event));
    }

    private void end(Claimed claimed, State state) {
        database.transact(tx -> tx.update(END)
                .bind("gateway", claimed.gateway)
                .bind("event", claimed.event)
                .bind("state", state.code())
                .execute());
    }

    private void fail(Claimed claimed, String detail) {
        boolean dead = database.inTransaction(tx -> tx.query(FAIL)
                .bind("gateway", claimed.gateway)
                .bind("event", claimed.event)
                .bind("detail", detail)
                .bind("most", TRIES_MAX)
                .map((row, _) -> State.of(row.getString("state")) == State.DEAD)
                .findOne()
                .orElse(false));
        results.count(dead ? Result.DEAD : Result.FAILED);
        if (dead) {
            LOG.error("Webhook {} of {} is a dead letter: {}", claimed.event, claimed.gateway, detail);
        } else {
            LOG.warn("Webhook {} will be looked at again: {}", claimed.event, detail);
        }
    }

    /// What a gateway has told, the newest first.
    ///
    /// @param state only those, or all
    public Page<Notice> list(Tx tx, String gateway, @Nullable State state, int limit, @Nullable String cursor) {
        if (cursor != null && !EVENT_ID.matcher(cursor).matches()) {
            throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        }
        List<Notice> found = tx.query(LIST)
                .bind("gateway", gateway)
                .bind("state", state == null ? null : state.code())
                .bind("cursor", cursor)
                .bind("limit", limit + 1)
                .map((row, _) -> notice(row))
                .list();
        return Page.of(found, limit, Notice::id);
    }

    /// Puts a dead letter back; empty if there is no such letter, dead or not.
    public Optional<Notice> retry(Tx tx, String gateway, String event) {
        tx.update(RETRY).bind("gateway", gateway).bind("event", event).execute();
        return tx.query(FIND)
                .bind("gateway", gateway)
                .bind("event", event)
                .map((row, _) -> notice(row))
                .findOne();
    }

    /// Drops what nobody will send again.
    public void forgetOld() {
        database.transact(tx -> tx.update(FORGET).execute());
    }

    private static Notice notice(ResultSet row) throws SQLException {
        return new Notice(
                row.getString("event_id"),
                row.getString("type"),
                row.getString("reference"),
                State.of(row.getString("state")),
                row.getInt("tries"),
                row.getString("detail"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("received_at").toInstant());
    }

    /// Waits for what is being looked at.
    @Override
    public void close() {
        workers.shutdown();
        try {
            workers.awaitTermination(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
