package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Subprocess;
import holdfast.db.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo as a user meets it: a process, its printed lines, and what can be done with them.
class DemoTest {

    private static final Pattern KEY = Pattern.compile("hf_sk_\\S{43}");

    @TempDir
    Path data;

    @Test
    void the_printed_session_ends_with_a_shipped_order_and_everything_is_there_after_a_restart() throws Exception {
        String order;
        String oldKey;
        try (var demo = demo()) {
            URI url = ready(demo);
            oldKey = key(demo);
            List<String> told = bash(session(demo));
            assertThat(told).last().asString().matches("Order \\S{36} is shipped");
            order = told.getLast().split(" ", -1)[1];
            assertThat(get(url.resolve("/v1/orders/" + order), oldKey)).contains("\"status\":\"shipped\"");

            demo.terminate();
            assertThat(demo.exitCode()).isEqualTo(143);
            assertThat(EmbeddedServer.urlOfRunning(data)).isEmpty();
        }
        try (var demo = demo()) {
            URI url = ready(demo);
            assertThat(get(url.resolve("/v1/orders/" + order), key(demo))).contains("\"status\":\"shipped\"");
            assertThat(get(url.resolve("/v1/orders/" + order), oldKey)).contains("\"code\":\"unauthorized\"");
            demo.terminate();
            demo.exitCode();
        }
    }

    @Test
    void a_killed_demo_is_started_again_and_has_lost_nothing() throws Exception {
        String order;
        try (var demo = demo()) {
            ready(demo);
            order = bash(session(demo)).getLast().split(" ", -1)[1];
            demo.kill();
        }
        try (var demo = demo()) {
            URI url = ready(demo);
            assertThat(get(url.resolve("/v1/orders/" + order), key(demo))).contains("\"status\":\"shipped\"");
            demo.terminate();
            demo.exitCode();
        }
    }

    @Test
    void what_keeps_it_from_starting_is_told_in_one_line() throws Exception {
        try (var demo = demo()) {
            URI url = ready(demo);
            String port = Integer.toString(url.getPort());
            assertRefused(
                    Subprocess.java(
                            Main.class,
                            "start",
                            "--port",
                            port,
                            "--data",
                            data.resolve("other").toString()),
                    "Cannot listen on port " + port + " of 127.0.0.1");
            assertRefused(
                    Subprocess.java(Main.class, "start", "--port", "0", "--psp-port", "0", "--data", data.toString()),
                    "Another Holdfast (process " + demo.pid() + ") is running on the data folder " + data);
            demo.terminate();
            demo.exitCode();
        }
    }

    private static void assertRefused(Subprocess process, String reason) {
        try (process) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.lines()).singleElement().asString().startsWith(reason);
        }
    }

    private Subprocess demo() {
        return Subprocess.java(Main.class, "demo", "--port", "0", "--psp-port", "0", "--data", data.toString());
    }

    private static URI ready(Subprocess demo) {
        String line = demo.awaitLine(said -> said.startsWith("READY "));
        return URI.create(line.substring("READY ".length()));
    }

    private static String key(Subprocess demo) {
        return demo.lines().stream()
                .map(KEY::matcher)
                .filter(Matcher::find)
                .map(Matcher::group)
                .findFirst()
                .orElseThrow();
    }

    /// What the demo asks its user to paste.
    private static String session(Subprocess demo) {
        List<String> lines = demo.lines();
        int first = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("API="))
                .findFirst()
                .orElseThrow());
        return String.join("\n", lines.subList(first, lines.size() - 1));
    }

    private static List<String> bash(String script) {
        try (var shell = new Subprocess(new ProcessBuilder("bash", "-c", script))) {
            assertThat(shell.exitCode()).isZero();
            return shell.lines();
        }
    }

    private static String get(URI url, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(url)
                    .header("Authorization", "Bearer " + key)
                    .build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }
}
