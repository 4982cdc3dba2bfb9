package holdfast.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import holdfast.kernel.CrashPoint;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.postgresql.util.PSQLState;

/// One PostgreSQL (15 to 18) and a pool of connections to it. Everything of ours lives in the schema
/// `holdfast`.
public final class Database implements AutoCloseable {

    public static final String SCHEMA = "holdfast";

    /// Statements over many rows at once are otherwise planned with sequential scans and hash joins as long as
    /// the tables are young, and get slower with every order; and planned again and again, for the arrays at
    /// hand. Each of ours has an index to go by; where one has not, a scan is still possible, only the last
    /// resort.
    private static final String PLANNER = """
            set enable_seqscan = off;
            set enable_hashjoin = off;
            set enable_mergejoin = off;
            set jit = off;
            set plan_cache_mode = force_generic_plan
            """;

    private static final int ATTEMPTS_MAX = 5;
    private static final int LOCK_RETRIES_MAX = 10;
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /// Longer than any statement of ours takes, an audit's too.
    private static final Duration SILENCE_MAX = Duration.ofMinutes(5);

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    /// Connects lazily; throws nothing until the first transaction.
    ///
    /// @param url a JDBC URL that carries user and password where the server asks for them
    /// @param connections how many connections at most are open at once
    public Database(String url, int connections) {
        this(url, connections, SILENCE_MAX);
    }

    /// @param silenceMax how long the server may say nothing while a statement runs; then its connection
    /// counts as lost, as it does where the network has gone silent without a word
    public Database(String url, int connections, Duration silenceMax) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setSchema(SCHEMA);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(connections, 2));
        config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        config.setInitializationFailTimeout(-1);
        config.setConnectionInitSql(PLANNER);
        config.setPoolName("holdfast");
        config.addDataSourceProperty("ApplicationName", "holdfast");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("socketTimeout", Long.toString(silenceMax.toSeconds()));
        config.addDataSourceProperty("prepareThreshold", "3");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("stringtype", "unspecified"); // lets a Java string be a jsonb parameter
        config.addDataSourceProperty("logServerErrorDetail", "false"); // the values of the row that failed
        this.pool = new HikariDataSource(config);
        this.jdbi = Jdbi.create(pool);
        // An error ends up in a log, and what was bound to the statement is about people.
        jdbi.configure(StatementExceptions.class, errors -> errors.setMessageRendering(MessageRendering.NONE));
    }

    /// Brings the schema up to this version of the program; safe to run on every start and on many nodes at
    /// once.
    public void migrate() {
        Flyway.configure()
                .dataSource(pool)
                .schemas(SCHEMA)
                .defaultSchema(SCHEMA)
                .locations("classpath:holdfast/db/migration")
                .lockRetryCount(LOCK_RETRIES_MAX) // a second apart, on a connection that may be dead
                .load()
                .migrate();
    }

    /// Runs `work` in one transaction, and again, a bounded number of times, if PostgreSQL asks for that
    /// (deadlock, serialization failure). What `work` throws rolls the transaction back and comes out
    /// unchanged.
    public <T> T inTransaction(Function<Tx, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                var done = jdbi.inTransaction(handle -> {
                    var tx = new Tx(handle);
                    T result = work.apply(tx);
                    tx.flush();
                    CrashPoint.K05.reached();
                    return new Done<>(tx, result);
                });
                done.tx.committed();
                return done.result;
            } catch (JdbiException e) {
                if (attempt == ATTEMPTS_MAX || !asksForRetry(e)) throw e;
            }
        }
    }

    private record Done<T>(Tx tx, T result) {}

    /// Reads in one transaction that sees one moment only, however many statements it takes: what belongs
    /// together in the answer was true together. Nothing can be written in it.
    public <T> T read(Function<Tx, T> work) {
        return inTransaction(tx -> {
            tx.execute("set transaction isolation level repeatable read, read only");
            return work.apply(tx);
        });
    }

    /// As [#read], for work that first makes temporary tables to put aside what it reads: until it says `set
    /// transaction read only`, it could write.
    public <T> T inOneMoment(Function<Tx, T> work) {
        return inTransaction(tx -> {
            tx.execute("set transaction isolation level repeatable read");
            return work.apply(tx);
        });
    }

    /// Drops the receipts of commits that nobody can be in doubt about any more; whenever there is time for it.
    public void forgetReceipts() {
        transact(Receipt::forgetOld);
    }

    /// As [#inTransaction], where there is nothing to return.
    public void transact(Consumer<Tx> work) {
        inTransaction(tx -> {
            work.accept(tx);
            return true;
        });
    }

    /// The connections of the pool, right now.
    ///
    /// @param waiting how many wait for one
    /// @param most how many there are at most
    public record Connections(int active, int idle, int waiting, int most) {}

    public Connections connections() {
        var now = pool.getHikariPoolMXBean();
        int most = pool.getMaximumPoolSize();
        return now == null // nobody has asked for one yet
                ? new Connections(0, 0, 0, most)
                : new Connections(
                        now.getActiveConnections(), now.getIdleConnections(), now.getThreadsAwaitingConnection(), most);
    }

    /// The SQLSTATE at the root of a database error, or the empty string.
    public static String sqlState(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) return sql.getSQLState();
        }
        return "";
    }

    /// Whether an error means that the database cannot be asked, or has no time for us, right now.
    public static boolean isOutOfReach(Throwable error) {
        if (error instanceof ConnectionException) return true; // none to be had from the pool
        String state = sqlState(error);
        return state.startsWith("08") // connection exception
                || state.startsWith("53") // insufficient resources
                || state.startsWith("57P") // shut down, or starting up
                || state.equals(PSQLState.QUERY_CANCELED.getState()) // took too long
                || state.equals("25006") // a standby took the primary's place
                || asksForRetry(error); // still, after all attempts
    }

    /// Whether an error means that the connection is gone, so that nobody knows what became of its last
    /// statement.
    static boolean isConnectionLost(Throwable error) {
        String state = sqlState(error);
        return state.startsWith("08") || state.startsWith("57P");
    }

    /// Whether an error means that others were in the way, and that the transaction should be tried again.
    static boolean asksForRetry(Throwable error) {
        String state = sqlState(error);
        return state.equals(PSQLState.DEADLOCK_DETECTED.getState())
                || state.equals(PSQLState.SERIALIZATION_FAILURE.getState());
    }

    @Override
    public void close() {
        pool.close();
    }
}
