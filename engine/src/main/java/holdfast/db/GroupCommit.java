package holdfast.db;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A pipeline in which all who wait share a commit.
///
/// Each lane has a queue and one writer. The writer takes all that are waiting, has their handlers carry them
/// out in one transaction, commits once, and answers each. No timer is involved: while one commit is being
/// flushed, the next batch gathers by itself. So one client waits for one commit, and a thousand clients share
/// it.
///
/// - A batch that fails is rolled back and split in two, until the guilty command stands alone.
/// - A commit whose outcome is unknown is settled by a [Receipt]: who hears "yes" is in the database.
/// - A deadlock or a serialization failure is tried again a bounded number of times, then it is a failure too.
/// - A full queue answers `unavailable` at once; so does a pipeline that is closed. What was taken in before
///   is carried out, or refused.
///
/// Kinds of commands are carried out in the order in which they were registered: those that give stock back
/// first, so that those who want some find it.
public final class GroupCommit implements Pipeline, AutoCloseable {

    /// How much a pipeline takes in.
    ///
    /// @param waiting how many commands may wait in one lane
    /// @param batch how many share one commit at most
    /// @param closing how long those who wait may still be carried out once it is closed
    public record Limits(int waiting, int batch, Duration closing) {

        public static final Limits DEFAULT = new Limits(10_000, 500, Duration.ofSeconds(20));

        /// Refuses to let nobody in.
        public Limits {
            if (waiting < 1 || batch < 1) throw new IllegalArgumentException("A limit below one lets nobody in");
        }
    }

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int LOST_CONNECTIONS_MAX = 3;
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final Database database;
    private final Limits limits;
    private final Map<Class<?>, Registration> registrations = new ConcurrentHashMap<>();
    private final AtomicInteger nextRank = new AtomicInteger();
    private final List<LockFirst> locksFirst = new CopyOnWriteArrayList<>();
    private final Map<Lane, Writer> writers;

    /// @param committed how many commands of this kind were
    private record Registration(int rank, Lane lane, Handler<?, ?> handler, LongAdder committed) {

        Registration(int rank, Lane lane, Handler<?, ?> handler) {
            this(rank, lane, handler, new LongAdder());
        }
    }

    public GroupCommit(Database database, Limits limits) {
        this.database = database;
        this.limits = limits;
        var started = new LinkedHashMap<Lane, Writer>();
        for (Lane lane : Lane.values()) {
            started.put(lane, new Writer(lane));
        }
        this.writers = started;
    }

    @Override
    public <C extends Command<R>, R> void register(Class<C> type, Lane lane, Handler<C, R> handler) {
        var registration = new Registration(nextRank.getAndIncrement(), lane, handler);
        if (registrations.putIfAbsent(type, registration) != null) {
            throw new IllegalStateException(type.getSimpleName() + " has a handler already");
        }
    }

    @Override
    public void lockFirst(LockFirst locks) {
        locksFirst.add(locks);
    }

    /// Waits until the command is committed. Refuses with `unavailable` if too many wait already, or the
    /// pipeline is closed.
    @Override
    public <R> R submit(Command<R> command) {
        Registration registration = registrations.get(command.getClass());
        if (registration == null) throw new IllegalStateException("Nobody handles " + command.getClass());
        var ticket = new Ticket<>(command, registration);
        Objects.requireNonNull(writers.get(registration.lane)).accept(ticket);
        return ticket.await();
    }

    /// What the pipeline has done so far, lane by lane.
    public Map<Lane, LaneFigures> figures() {
        var figures = new LinkedHashMap<Lane, LaneFigures>();
        writers.forEach((lane, writer) -> figures.put(lane, writer.figures.now(writer.line.size())));
        return figures;
    }

    /// How many commands of each kind were committed so far.
    public Map<Class<?>, Long> committed() {
        var committed = new HashMap<Class<?>, Long>();
        registrations.forEach((type, registration) -> committed.put(type, registration.committed.sum()));
        return committed;
    }

    /// Carries out what waits, and refuses with `unavailable` what has not been carried out when its time is up.
    /// Of that, only a transaction whose commit is on its way then may still take place.
    @Override
    public void close() {
        long end = System.nanoTime() + limits.closing.toNanos();
        writers.values().forEach(writer -> writer.line.close());
        writers.values().forEach(writer -> writer.end(end));
    }

    /// A command, and whoever waits for it.
    private static final class Ticket<R> {

        private final Command<R> command;
        private final Registration registration;
        private final CompletableFuture<R> outcome = new CompletableFuture<>();

        Ticket(Command<R> command, Registration registration) {
            this.command = command;
            this.registration = registration;
        }

        R await() {
            try {
                return outcome.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException thrown) throw thrown;
                throw e;
            }
        }

        @SuppressWarnings("unchecked") // register() ties the result of a handler to its command.
        void answer(Object result) {
            outcome.complete((R) result);
        }

        void fail(Throwable thrown) {
            outcome.completeExceptionally(thrown);
        }
    }

    /// One queue and the thread that empties it.
    private final class Writer {

        private final WaitingLine<Ticket<?>> line = new WaitingLine<>(limits.waiting);
        private final LaneFigures.Counter figures = new LaneFigures.Counter();
        private final Thread thread;
        private volatile List<Ticket<?>> inHand = List.of();
        private volatile boolean givenUp;

        Writer(Lane lane) {
            this.thread = Thread.ofPlatform()
                    .name("holdfast-" + lane.name().toLowerCase(Locale.ROOT))
                    .daemon()
                    .start(this::run);
        }

        void accept(Ticket<?> ticket) {
            if (!line.offer(ticket)) throw unavailable("Too many are waiting already");
        }

        private static Refusal unavailable(String detail) {
            return Problem.UNAVAILABLE.refuse(detail).with("retry_after", RETRY_AFTER_SECONDS);
        }

        /// Waits until everybody in a closed line is answered, and refuses who is not by then.
        void end(long nanoTime) {
            if (givenUp || isOver(nanoTime)) return;
            LOG.warn("{} does not end; who still waits is refused", thread.getName());
            givenUp = true; // Before looking who is in hand: the writer looks the other way round.
            line.take(Integer.MAX_VALUE).forEach(ticket -> ticket.fail(stopping()));
            inHand.forEach(ticket -> ticket.fail(stopping()));
        }

        private boolean isOver(long nanoTime) {
            try {
                return thread.join(Duration.ofNanos(nanoTime - System.nanoTime()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private static Refusal stopping() {
            return unavailable("The server is stopping; send the same request again");
        }

        private void run() {
            for (var batch = line.take(limits.batch); !batch.isEmpty(); batch = line.take(limits.batch)) {
                inHand = batch;
                carryOut(batch);
                inHand = List.of();
            }
        }

        private void carryOut(List<Ticket<?>> batch) {
            long began = System.nanoTime();
            try {
                Map<Ticket<?>, Object> results = commit(batch);
                figures.committed(batch.size(), System.nanoTime() - began);
                batch.forEach(ticket -> ticket.registration.committed.increment());
                // Waking a thousand takes its time, and the next batch waits.
                Thread.startVirtualThread(() -> results.forEach(Ticket::answer));
            } catch (RuntimeException | Error e) { // Whoever waits hears it; nobody else would.
                if (batch.size() == 1 || givenUp || isNobodysFault(e)) {
                    batch.forEach(ticket -> ticket.fail(e));
                    return;
                }
                figures.split();
                LOG.warn("A batch of {} failed, and is carried out in two parts", batch.size(), e);
                carryOut(batch.subList(0, batch.size() / 2));
                carryOut(batch.subList(batch.size() / 2, batch.size()));
            }
        }

        private static boolean isNobodysFault(Throwable thrown) {
            return thrown instanceof Error || (Database.isOutOfReach(thrown) && !Database.asksForRetry(thrown));
        }

        private Map<Ticket<?>, Object> commit(List<Ticket<?>> batch) {
            for (int attempt = 1; ; attempt++) {
                demandNotGivenUp();
                var receipt = new Receipt(database);
                try {
                    return receipt.during(tx -> {
                        Map<Ticket<?>, Object> results = handle(tx, batch);
                        demandNotGivenUp();
                        return results;
                    });
                } catch (Receipt.NotCommitted e) {
                    figures.lost();
                    if (attempt == LOST_CONNECTIONS_MAX) throw e.cause();
                    LOG.warn("The connection was lost before a commit; the batch is carried out again");
                }
            }
        }

        /// Who was refused at the close hears nothing else any more: so nothing is done for them either.
        private void demandNotGivenUp() {
            if (givenUp) throw stopping();
        }
    }

    /// Each kind of command by its handler, in the order of the ranks.
    private Map<Ticket<?>, Object> handle(Tx tx, List<Ticket<?>> batch) {
        var results = new IdentityHashMap<Ticket<?>, Object>(batch.size() * 2);
        Map<Registration, List<Ticket<?>>> kinds = batch.stream()
                .collect(groupingBy(ticket -> ticket.registration, HashMap::new, mapping(ticket -> ticket, toList())));
        if (kinds.size() > 1) lockFirst(tx, batch);
        kinds.keySet().stream()
                .sorted((a, b) -> Integer.compare(a.rank, b.rank))
                .forEach(kind -> {
                    List<Ticket<?>> tickets = Objects.requireNonNull(kinds.get(kind));
                    List<?> verdicts = carryOut(tx, kind.handler, tickets);
                    for (int i = 0; i < tickets.size(); i++) {
                        results.put(tickets.get(i), verdicts.get(i));
                    }
                });
        return results;
    }

    private void lockFirst(Tx tx, List<Ticket<?>> batch) {
        List<Command<?>> commands =
                batch.stream().<Command<?>>map(ticket -> ticket.command).toList();
        locksFirst.forEach(locks -> locks.lock(tx, commands));
    }

    @SuppressWarnings("unchecked") // register() ties the type of a command to that of its handler.
    private static <C extends Command<R>, R> List<R> carryOut(Tx tx, Handler<?, ?> handler, List<Ticket<?>> tickets) {
        List<C> commands = tickets.stream().map(ticket -> (C) ticket.command).toList();
        List<R> results = ((Handler<C, R>) handler).handle(tx, commands);
        if (results.size() != commands.size()) {
            throw new IllegalStateException(
                    handler.getClass() + " answered " + results.size() + " of " + commands.size() + " commands");
        }
        return results;
    }
}
