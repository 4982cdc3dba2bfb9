package holdfast.access;

import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.Email;
import holdfast.kernel.Ids;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Who of the staff is signed in. A session ends when it is left, after half an hour without a request, after
/// twelve hours in any case, and when what they may do, or their password, changes.
///
/// Whoever guesses passwords gets ten tries in a quarter of an hour for one of the staff, and thirty in all,
/// from one address; and from everywhere together a hundred for one of the staff. The latter does not count
/// where they were signed in from before: so nobody can keep them out of where they work.
public final class Sessions {

    /// How long a session lasts without a request.
    public static final Duration IDLE_MAX = Duration.ofMinutes(30);

    /// How long it lasts in any case.
    public static final Duration LENGTH_MAX = Duration.ofHours(12);

    /// How long whoever has tried too often has to wait.
    public static final Duration GUESSING = Duration.ofMinutes(15);

    static final int TRIES_OF_BOTH_MAX = 10;
    static final int TRIES_FROM_MAX = 30;
    static final int TRIES_FOR_MAX = 100;

    private static final String PREFIX = "hf_ss_";

    /// What it takes to try a password is a CPU: so many are tried at the same time.
    private static final int AT_ONCE_MAX = 2;

    private static final Duration TURN_WAIT_MAX = Duration.ofSeconds(3);

    private static final String FORGET = """
            with old as (delete from sign_in_try where at < shop_clock() - interval '15 minutes')
            delete from staff_session where created_at < shop_clock() - interval '30 days'
            """;

    private static final String TRIES = """
            select count(*) filter (where t.email_sha256 = :email and t.address = :address) as of_both,
                   count(*) filter (where t.address = :address) as from_there,
                   count(*) filter (where t.email_sha256 = :email) as for_them,
                   exists (select
                             from staff_session s
                             join staff m on m.id = s.staff_id
                            where lower(m.email) = :customer and s.address = :address) as known
              from sign_in_try t
             where (t.email_sha256 = :email or t.address = :address)
               and t.at > shop_clock() - interval '15 minutes'
            """;

    private static final String TRY =
            "insert into sign_in_try (id, email_sha256, address) values (:id, :email, :address)";

    private static final String HASHED = "select id, password from staff where lower(email) = :email";

    private static final String SUCCEEDED =
            "delete from sign_in_try where email_sha256 = :email and address = :address";

    // Not if the password was changed, or its owner disabled, while it was being looked at.
    private static final String OPEN = """
            insert into staff_session (token_sha256, staff_id, address)
            select :token, id, :address
              from staff
             where id = :staff and password = :password and disabled_at is null
            """;

    private static final String FIND = """
            select m.id, m.name, m.email, m.role,
                   s.seen_at < shop_clock() - interval '1 minute' as stale
              from staff_session s
              join staff m on m.id = s.staff_id
             where s.token_sha256 = :token and s.ended_at is null and m.disabled_at is null
               and s.seen_at > shop_clock() - make_interval(secs => :idle)
               and s.created_at > shop_clock() - make_interval(secs => :length)
            """;

    private static final String SEEN = "update staff_session set seen_at = shop_clock() where token_sha256 = :token";

    private static final String END = """
            update staff_session
               set ended_at = shop_clock()
             where token_sha256 = :token and ended_at is null
            returning staff_id
            """;

    private static final String END_ALL =
            "update staff_session set ended_at = shop_clock() where staff_id = :staff and ended_at is null";

    private final Database database;
    private final AuditLog log;
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX, true);

    public Sessions(Database database, AuditLog log) {
        this.database = database;
        this.log = log;
    }

    /// Opens a session for whoever has this address and password.
    ///
    /// @param address of the network they come from
    /// @param request names the request, for the audit log
    public SignIn signIn(String email, String password, String address, UUID request) {
        if (!Email.isValid(email) || password.length() > Password.LENGTH_MAX) return new SignIn.Unknown();
        String customer = Email.of(email).customer();
        Optional<Found> found = database.inTransaction(tx -> begin(tx, customer, address));
        if (found.isEmpty() || !takeTurn()) return new SignIn.TooMany();
        boolean matches;
        try {
            matches = Password.matches(password, found.get().password);
        } finally {
            turns.release();
        }
        UUID staff = found.get().staff;
        if (!matches || staff == null) return new SignIn.Unknown();
        String token = Token.make(PREFIX);
        return database.<SignIn>inTransaction(tx -> {
            if (!open(tx, token, staff, found.get().password, address)) return new SignIn.Unknown();
            tx.update(SUCCEEDED)
                    .bind("email", Token.sha256(customer))
                    .bind("address", address)
                    .execute();
            log.record(tx, Actor.staff(staff, request), Deed.SESSION_OPENED, staff.toString(), () -> true);
            return new SignIn.Welcome(token, find(tx, token, false).orElseThrow());
        });
    }

    /// @param staff null: nobody has this address, and what follows is for show
    private record Found(@Nullable UUID staff, String password) {}

    /// Counts this try before it is looked at, so that many at once do not count as one; empty: there were too
    /// many.
    private static Optional<Found> begin(Tx tx, String customer, String address) {
        tx.update(FORGET).execute();
        byte[] email = Token.sha256(customer);
        record Tries(int ofBoth, int fromThere, int forThem, boolean known) {

            boolean tooMany() {
                return ofBoth >= TRIES_OF_BOTH_MAX
                        || fromThere >= TRIES_FROM_MAX
                        || (forThem >= TRIES_FOR_MAX && !known);
            }
        }
        Tries tries = tx.query(TRIES)
                .bind("email", email)
                .bind("address", address)
                .bind("customer", customer)
                .map((row, _) -> new Tries(
                        row.getInt("of_both"),
                        row.getInt("from_there"),
                        row.getInt("for_them"),
                        row.getBoolean("known")))
                .one();
        if (tries.tooMany()) return Optional.empty();
        tx.update(TRY)
                .bind("id", Ids.next())
                .bind("email", email)
                .bind("address", address)
                .execute();
        return Optional.of(tx.query(HASHED)
                .bind("email", customer)
                .map((row, _) -> new Found(row.getObject("id", UUID.class), row.getString("password")))
                .findOne()
                .orElse(new Found(null, Password.ofNobody())));
    }

    private boolean takeTurn() {
        try {
            return turns.tryAcquire(TURN_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean open(Tx tx, String token, UUID staff, String password, String address) {
        return tx.update(OPEN)
                        .bind("token", Token.sha256(token))
                        .bind("staff", staff)
                        .bind("password", password)
                        .bind("address", address)
                        .execute()
                == 1;
    }

    /// Whether this is the password of one of the staff.
    public boolean isPassword(UUID staff, String password) {
        Optional<String> hashed = database.read(tx -> tx.query("select password from staff where id = :staff")
                .bind("staff", staff)
                .mapTo(String.class)
                .findOne());
        if (hashed.isEmpty() || password.length() > Password.LENGTH_MAX || !takeTurn()) return false;
        try {
            return Password.matches(password, hashed.get());
        } finally {
            turns.release();
        }
    }

    /// Whose session it is, if it is open.
    ///
    /// @param active whether a person asks, and not a page that keeps itself fresh
    public Optional<Session> find(String token, boolean active) {
        if (!Token.isValid(PREFIX, token)) return Optional.empty();
        return database.inTransaction(tx -> find(tx, token, active));
    }

    private static Optional<Session> find(Tx tx, String token, boolean active) {
        record Row(Session session, boolean isStale) {}
        Optional<Row> found = tx.query(FIND)
                .bind("token", Token.sha256(token))
                .bind("idle", IDLE_MAX.toSeconds())
                .bind("length", LENGTH_MAX.toSeconds())
                .map((row, _) -> new Row(
                        new Session(
                                row.getObject("id", UUID.class),
                                row.getString("name"),
                                Email.of(row.getString("email")),
                                Role.of(row.getString("role"))),
                        row.getBoolean("stale")))
                .findOne();
        if (active && found.isPresent() && found.get().isStale) {
            tx.update(SEEN).bind("token", Token.sha256(token)).execute();
        }
        return found.map(Row::session);
    }

    /// Ends a session, if it is open.
    public void end(String token, UUID request) {
        database.transact(tx -> tx.query(END)
                .bind("token", Token.sha256(token))
                .mapTo(UUID.class)
                .findOne()
                .ifPresent(staff -> log.record(
                        tx, Actor.staff(staff, request), Deed.SESSION_CLOSED, staff.toString(), () -> true)));
    }

    static void endAll(Tx tx, UUID staff) {
        tx.update(END_ALL).bind("staff", staff).execute();
    }
}
