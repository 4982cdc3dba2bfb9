package holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The sandbox in a process of its own, with its journal on disk: it can be frozen, and it can die, and when it
/// is started again it knows all it knew.
final class ProviderProcess implements AutoCloseable {

    private static final Map<String, String> SETTINGS = Map.of("HOLDFAST_LOG_LEVEL", "error");

    private final Path data;
    private volatile Launched launched;

    private ProviderProcess(Path data, Launched launched) {
        this.data = data;
        this.launched = launched;
        Runtime.getRuntime().addShutdownHook(new Thread(this::die, "provider"));
    }

    static ProviderProcess start(Path data) throws IOException {
        return new ProviderProcess(data, launch(data, 0));
    }

    private static Launched launch(Path data, int port) throws IOException {
        return Launched.now(
                List.of(),
                List.of("sandbox", "--psp-port", Integer.toString(port), "--data", data.toString()),
                SETTINGS);
    }

    /// The same as long as this lasts.
    URI url() {
        return launched.url();
    }

    /// It takes connections, as the kernel does that for it, and says nothing.
    void freeze() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(launched.process().pid()))
                .start()
                .waitFor();
    }

    /// Whoever wants to connect is refused.
    void die() {
        launched.process().destroyForcibly().onExit().join();
    }

    /// Starts it again, and waits until it answers.
    void startAgain() throws IOException {
        launched = launch(data, launched.url().getPort());
    }

    @Override
    public void close() {
        die();
    }
}
