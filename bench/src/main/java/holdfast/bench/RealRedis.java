package holdfast.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/// A Redis of our own, empty, which keeps nothing on disk.
final class RealRedis implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("Redis version=([0-9.]+)");

    private final Process process;
    private final Path folder;
    private final int port;
    private String version = "unknown";

    private RealRedis(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    static RealRedis start() throws IOException {
        int port = freePort();
        Path folder = Files.createTempDirectory("holdfast-bench-redis-");
        Process process = new ProcessBuilder(List.of(
                        ExecutableProvider.newJarResourceProvider().get().toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var redis = new RealRedis(process, folder, port);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "redis"));
        BufferedReader output = process.inputReader(UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher told = VERSION.matcher(line);
            if (told.find()) redis.version = told.group(1);
            if (line.contains("Ready to accept connections")) return redis;
        }
        redis.close();
        throw new IOException("Redis has not become ready");
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    String version() {
        return version;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Lab.delete(folder);
    }
}
