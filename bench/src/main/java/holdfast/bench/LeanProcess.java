package holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A [LeanStripe] in a process of its own.
final class LeanProcess implements AutoCloseable {

    private final Launched launched;
    private final Wire wire;

    private LeanProcess(Launched launched) {
        this.launched = launched;
        this.wire = new Wire(launched.url());
        Runtime.getRuntime().addShutdownHook(new Thread(launched.process()::destroyForcibly, "provider"));
    }

    static LeanProcess start() throws IOException {
        return new LeanProcess(Launched.now(LeanStripe.class, List.of(), List.of(), Map.of()));
    }

    URI url() {
        return launched.url();
    }

    /// From now on its answers take so long, on average.
    void takes(Duration time) throws IOException {
        ask(LeanStripe.TAKES + time.toMillis());
    }

    /// How many checkouts wait for an answer of it right now.
    int asked() throws IOException {
        return Integer.parseInt(ask(LeanStripe.ASKED));
    }

    private String ask(String path) throws IOException {
        return wire.ask(new Wishes(url(), "").get(path)).body();
    }

    @Override
    public void close() throws IOException {
        wire.close();
        launched.process().destroyForcibly().onExit().join();
    }
}
