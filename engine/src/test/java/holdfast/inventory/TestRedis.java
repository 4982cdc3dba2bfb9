package holdfast.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.kernel.CheckoutId;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import redis.embedded.core.ExecutableProvider;

/// A real Redis.
public final class TestRedis implements AutoCloseable {

    private static final Path PROGRAM = program();

    private final int port = freePort();
    private final List<String> options;
    private Process process;

    /// What can happen to it in mid-sale.
    public enum Accident {
        KILLED,
        FLUSHED,
        FROZEN,
        STARTED_AGAIN_EMPTY;

        public void begin(TestRedis redis) {
            switch (this) {
                case KILLED -> redis.kill();
                case FLUSHED -> redis.flush();
                case FROZEN -> redis.freeze();
                case STARTED_AGAIN_EMPTY -> {
                    redis.kill();
                    redis.startAgain();
                }
            }
        }

        public void end(TestRedis redis) {
            switch (this) {
                case KILLED -> redis.startAgain();
                case FROZEN -> redis.thaw();
                case FLUSHED, STARTED_AGAIN_EMPTY -> {}
            }
        }
    }

    private TestRedis(List<String> options) {
        this.options = options;
        this.process = started();
    }

    public static TestRedis start() {
        return new TestRedis(List.of());
    }

    /// A node for a [TestRedisCluster], which goes on when another one is gone.
    static TestRedis startNode() {
        return new TestRedis(List.of("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no"));
    }

    int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public void flush() {
        asked(RedisCommands::flushall);
    }

    /// Makes a claim as a shop does, good for a minute.
    void claim(String sku, CheckoutId hold, String transaction, String warehouse, long pieces) {
        String tagged = "holdfast:{" + sku + "}:";
        double now = System.currentTimeMillis();
        asked(commands -> commands.hincrby(tagged + "left", warehouse, -pieces));
        asked(commands -> commands.hset(
                tagged + "claims", hold.toString(), transaction + "@" + (long) now + " " + warehouse + " " + pieces));
        asked(commands -> commands.zadd(tagged + "deadlines", now + 60_000, hold.toString()));
    }

    /// How many keys it has.
    public long size() {
        return asked(RedisCommands::dbsize);
    }

    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// Empty, and where it was.
    public void startAgain() {
        process = started();
    }

    @Override
    public void close() {
        kill();
    }

    <T> T asked(Function<RedisCommands<String, String>, T> question) {
        try (RedisClient client = RedisClient.create(url());
                var connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    private Process started() {
        var command = new ArrayList<>(List.of(
                PROGRAM.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no"));
        command.addAll(options);
        try {
            Process begun = new ProcessBuilder(command)
                    .directory(Files.createTempDirectory("holdfast-redis-").toFile())
                    .redirectErrorStream(true)
                    .start();
            var output = new BufferedReader(new InputStreamReader(begun.getInputStream(), UTF_8));
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains("Ready to accept connections")) return begun;
            }
            throw new IllegalStateException(
                    "Redis ended with " + begun.onExit().join().exitValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path program() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().toPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            // A cluster's second port is 10000 higher.
            return socket.getLocalPort() > 50_000 ? socket.getLocalPort() - 20_000 : socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
