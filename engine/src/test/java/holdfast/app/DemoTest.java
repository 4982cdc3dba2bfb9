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
    void the_printed_session_ends_with_a_shipped_order_that_outlives_a_stop_and_a_kill() throws Exception {
        String order;
        String oldKey;
        try (var demo = demo()) {
            URI url = ready(demo);
            oldKey = key(demo);
            List<String> told = bash(session(demo));
            assertThat(told).last().asString().matches("Order \\S{36} is shipped");
            order = "/v1/orders/" + told.getLast().split(" ", -1)[1];
            assertThat(get(url.resolve(order), oldKey)).contains("\"status\":\"shipped\"");

            demo.terminate();
            assertThat(demo.exitCode()).isEqualTo(143);
            assertThat(EmbeddedServer.urlOfRunning(data)).isEmpty();
        }
        try (var demo = demo()) {
            URI url = ready(demo);
            assertThat(get(url.resolve(order), key(demo))).contains("\"status\":\"shipped\"");
            assertThat(get(url.resolve(order), oldKey)).contains("\"code\":\"unauthorized\"");
            demo.kill();
            assertThat(EmbeddedServer.urlOfRunning(data)).isPresent();
        }
        try (var demo = demo()) {
            URI url = ready(demo);
            assertThat(get(url.resolve(order), key(demo))).contains("\"status\":\"shipped\"");
            demo.terminate();
            assertThat(demo.exitCode()).isEqualTo(143);
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
