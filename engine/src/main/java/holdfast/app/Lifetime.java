package holdfast.app;

import holdfast.db.CannotStart;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// From the start of a shop until the process is told to stop, by Ctrl-C or SIGTERM: then the shop is
/// closed in order, whatever it was doing, before the process ends.
final class Lifetime {

    private final ReentrantLock starting = new ReentrantLock();
    private @Nullable Shop shop;
    private volatile boolean ending;

    private Lifetime() {}

    /// Starts a shop, tells `opened` about it, and stays until the process ends: does not return, but
    /// throws what keeps the shop from starting.
    static void run(Config config, Consumer<Shop> opened) {
        new Lifetime().runToTheEnd(config, opened);
    }

    private void runToTheEnd(Config config, Consumer<Shop> opened) {
        Logging.configure(config.logLevel());
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "holdfast-end"));
        starting.lock();
        try {
            shop = Shop.start(config, Progress.onStandardError());
            if (!ending) opened.accept(shop);
        } catch (CannotStart e) {
            if (!ending) throw e; // else a Ctrl-C ended what the start was waiting for, and nobody asks why it failed
        } finally {
            starting.unlock();
        }
        forever();
    }

    /// Waits for a start under way, which takes seconds at the most: half a server is harder to stop than a
    /// whole one.
    private void end() {
        ending = true;
        starting.lock();
        try {
            if (shop != null) shop.close();
        } finally {
            starting.unlock();
        }
    }

    private static void forever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
