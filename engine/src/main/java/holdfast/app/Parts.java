package holdfast.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has been started so far, to be stopped in the opposite order.
final class Parts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Deque<Part> started = new ArrayDeque<>();

    private record Part(String name, Runnable stop) {}

    void add(String name, Runnable stop) {
        started.push(new Part(name, stop));
    }

    /// Stops each part, also when one before it would not stop; once.
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            Part part = started.pop();
            try {
                part.stop.run();
            } catch (RuntimeException e) { // The others have to be stopped all the same.
                LOG.warn("Could not stop {} in order: {}", part.name, e.toString());
            }
        }
    }
}
