package holdfast.console;

import holdfast.audit.Audit;
import holdfast.audit.Finding;
import holdfast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the shop against every invariant when somebody asks for it, one run at a time. What came of the last
/// one is known until this server ends.
final class AuditRuns {

    private static final Logger LOG = LoggerFactory.getLogger(AuditRuns.class);

    /// What came of a run.
    record Result(Instant at, Duration took, List<Finding> findings) {

        List<Finding> broken() {
            return findings.stream().filter(finding -> !finding.holds()).toList();
        }

        long looked() {
            return findings.stream().filter(finding -> finding.unseen() == null).count();
        }
    }

    private final Database database;
    private final Supplier<Audit> audit;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicReference<@Nullable Result> last = new AtomicReference<>();

    AuditRuns(Database database, Supplier<Audit> audit) {
        this.database = database;
        this.audit = audit;
    }

    /// Begins a run, unless one is under way.
    void begin() {
        if (!running.compareAndSet(false, true)) return;
        Thread.ofVirtual().name("holdfast-audit").start(() -> {
            try {
                long began = System.nanoTime();
                List<Finding> findings = audit.get().findings(database);
                Instant at = database.read(tx -> tx.now());
                last.set(new Result(at, Duration.ofNanos(System.nanoTime() - began), findings));
            } catch (RuntimeException e) { // The last handler of this thread.
                LOG.error("The audit did not get to its end", e);
            } finally {
                running.set(false);
            }
        });
    }

    boolean isRunning() {
        return running.get();
    }

    /// Null: there was none yet.
    @Nullable
    Result last() {
        return last.get();
    }
}
