package holdfast.app;

import holdfast.audit.Audit;
import holdfast.audit.Finding;
import holdfast.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The audit of the shop that a command works on.
final class ShopAudit {

    private static final Duration REST_MAX = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Database database;
    private final Audit audit;
    private final boolean quiet;

    private ShopAudit(Database database, Audit audit, boolean quiet) {
        this.database = database;
        this.audit = audit;
        this.quiet = quiet;
    }

    /// Of a shop that goes on, unless it is a private one.
    static ShopAudit of(DrillShop shop, Config config) {
        var audit = new Audit(shop.isPrivate() ? config.holds().ttl() : null);
        return new ShopAudit(shop.database(), audit.comparedWith(shop.ledgers()), shop.isPrivate());
    }

    /// Of a database, whoever works on it.
    static ShopAudit of(Database database) {
        return new ShopAudit(
                database, new Audit(null).withoutLedger("nobody said where the provider's books are"), false);
    }

    /// The same, of a shop that comes to rest, or is expected to.
    ShopAudit quiet() {
        return new ShopAudit(database, audit, true);
    }

    List<Finding> findings() {
        return findings(() -> {});
    }

    /// Waits for the shop to come to rest, up to a minute, where it is to; what is still under way then is a
    /// finding.
    ///
    /// @param step is told whenever an invariant was looked at
    List<Finding> findings(Runnable step) {
        if (!quiet) return audit.findings(database, step);
        Progress.onStandardError().during("Waiting until nothing is under way", this::awaitRest);
        return audit.atRest().findings(database, step);
    }

    private boolean awaitRest() {
        var never = new CountDownLatch(1);
        long end = System.nanoTime() + REST_MAX.toNanos();
        try {
            while (!Audit.isAtRest(database)) {
                if (System.nanoTime() - end > 0) return false;
                never.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
