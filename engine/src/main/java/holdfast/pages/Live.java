package holdfast.pages;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps pages up to date: looks once a second at all that anybody looks at, in one go, and tells each page
/// what has changed of it. With nobody there it does not look.
///
/// @param <K> what a page looks at
/// @param <V> what it is told; the same twice is told once
public final class Live<K, V> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Live.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration PING_EVERY = Duration.ofSeconds(15);
    private static final int LISTENERS_MAX = 5_000;

    private final Function<Set<K>, Map<K, V>> look;
    private final CopyOnWriteArrayList<Listener<K, V>> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);

    /// Begins to look.
    ///
    /// @param look reads the present state of these, with one question to the database
    public Live(String what, Function<Set<K>, Map<K, V>> look) {
        this.look = look;
        Thread.ofPlatform().name("holdfast-live-" + what).daemon().start(this::run);
    }

    /// What has become of something that a page looks at.
    public record Change<K, V>(K key, V now) {}

    /// A page that looks on.
    private static final class Listener<K, V> {

        private final Set<K> keys;
        private final Map<K, V> told = new HashMap<>();

        /// An empty one is the last.
        private final BlockingQueue<Optional<Change<K, V>>> changes = new LinkedBlockingQueue<>();

        Listener(Collection<K> keys) {
            this.keys = Set.copyOf(keys);
        }

        /// Called by the one thread that looks.
        void tell(Map<K, V> now) {
            for (K key : keys) {
                V value = now.get(key);
                if (value != null && !value.equals(told.put(key, value))) {
                    changes.add(Optional.of(new Change<>(key, value)));
                }
            }
        }

        void end() {
            changes.add(Optional.empty());
        }
    }

    /// Tells a page what it looks at, now and whenever it changes, as long as it is there; returns when it is
    /// not, or when the server stops.
    ///
    /// @param send puts a change into an event
    public void follow(EventStream stream, Collection<K> keys, BiConsumer<EventStream, Change<K, V>> send) {
        if (listeners.size() >= LISTENERS_MAX) return;
        var listener = new Listener<K, V>(keys);
        listeners.add(listener);
        if (stop.getCount() == 0) listener.end();
        try {
            stream.ping();
            while (true) {
                Optional<Change<K, V>> change = listener.changes.poll(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (change == null) {
                    stream.ping();
                } else if (change.isPresent()) {
                    send.accept(stream, change.get());
                } else {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (UncheckedIOException _) {
            // They have left.
        } finally {
            listeners.remove(listener);
        }
    }

    private void run() {
        do {
            try {
                lookOnce();
            } catch (RuntimeException e) { // The last handler of this thread: the next look may go better.
                LOG.warn("Could not look now, will try again: {}", e.toString());
            }
        } while (!stopped());
    }

    private void lookOnce() {
        Set<K> wanted = listeners.stream().flatMap(each -> each.keys.stream()).collect(toUnmodifiableSet());
        if (wanted.isEmpty()) return;
        Map<K, V> now = look.apply(wanted);
        listeners.forEach(each -> each.tell(now));
    }

    private boolean stopped() {
        try {
            return stop.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Ends all that is followed, so that the server need not wait for it.
    @Override
    public void close() {
        stop.countDown();
        listeners.forEach(Listener::end);
    }
}
