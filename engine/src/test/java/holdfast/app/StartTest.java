package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Subprocess;
import holdfast.TestDatabase;
import holdfast.access.AuditLog;
import holdfast.access.StaffMember;
import holdfast.access.StaffMembers;
import holdfast.kernel.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server for production, as a process.
class StartTest {

    private static final String FIRST_KEY = "The first admin key, shown once: ";

    @TempDir
    Path data;

    @Test
    void the_first_start_on_a_database_tells_a_key_and_no_other_does() throws IOException, InterruptedException {
        try (var database = TestDatabase.create()) {
            var settings = Map.of("HOLDFAST_DATABASE_URL", database.url(), "HOLDFAST_DATABASE_CONNECTIONS", "5");
            String key;
            try (var server = start(settings)) {
                URI url = ready(server);
                assertThat(server.lines())
                        .anyMatch(line -> line.contains("no real money"))
                        .anyMatch(line -> line.startsWith("Nobody can open the console yet"));
                key = server.lines().stream()
                        .filter(line -> line.startsWith(FIRST_KEY))
                        .map(line -> line.substring(FIRST_KEY.length()))
                        .findFirst()
                        .orElseThrow();
                assertThat(status(url.resolve("/v1/warehouses"), key)).isEqualTo(200);
                assertThat(Presence.servers(database.database()))
                        .extracting(Presence.Server::url)
                        .containsExactly(url);
                end(server);
            }
            assertThat(Presence.servers(database.database())).isEmpty();

            String other = "hf_sk_" + "k".repeat(43);
            var adopting = new HashMap<>(settings);
            adopting.put("HOLDFAST_ADMIN_KEY", other);
            adopting.put("HOLDFAST_ADMIN_EMAIL", "ada@example.com");
            adopting.put("HOLDFAST_ADMIN_PASSWORD", "correct horse battery");
            try (var server = start(adopting)) {
                URI url = ready(server);
                assertThat(server.lines()).noneMatch(line -> line.contains("shown once"));
                assertThat(status(url.resolve("/v1/warehouses"), key)).isEqualTo(200);
                assertThat(status(url.resolve("/v1/warehouses"), other)).isEqualTo(200);
                Page<StaffMember> staff =
                        database.database().read(tx -> new StaffMembers(new AuditLog()).page(tx, 10, null));
                assertThat(staff.data())
                        .extracting(member -> member.email() + " " + member.role())
                        .containsExactly("ada@example.com ADMIN");
                end(server);
            }
        }
    }

    @Test
    void a_wrong_setting_ends_it_with_one_message_and_exit_code_1() {
        try (var server = start(Map.of("HOLDFAST_HOLD_TTL", "soon", "HOLDFAST_PROT", "80"))) {
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(server.lines())
                    .containsExactly(
                            "The configuration cannot be used:",
                            "  HOLDFAST_PROT is not a setting; did you mean HOLDFAST_PORT?",
                            "  HOLDFAST_HOLD_TTL is \"soon\" and must be a duration such as 10m, 90s or PT10M");
        }
    }

    @Test
    void a_taken_port_ends_it_with_one_line_and_exit_code_1() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var server = start(Map.of("HOLDFAST_BIND", "localhost"), taken.getLocalPort())) {
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(server.lines())
                    .singleElement()
                    .asString()
                    .startsWith("Cannot listen on port " + taken.getLocalPort() + " of localhost")
                    .endsWith("--port");
        }
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void a_redis_that_does_not_answer_ends_it_before_anything_is_started() throws IOException {
        var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        String refusing = "127.0.0.1:" + nobody.getLocalPort();
        nobody.close();
        try (var silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            for (String address : List.of(refusing, "127.0.0.1:" + silent.getLocalPort())) {
                var settings =
                        Map.of("HOLDFAST_RESERVATIONS", "redis", "HOLDFAST_REDIS_URL", "redis://shop:sound@" + address);
                try (var server = start(settings)) {
                    assertThat(server.exitCode()).isEqualTo(1);
                    assertThat(server.lines())
                            .singleElement()
                            .asString()
                            .startsWith("The Redis at " + address + " (HOLDFAST_REDIS_URL) cannot be used: ")
                            .doesNotContain("sound");
                }
            }
        }
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void a_strategy_that_there_is_not_ends_it_with_exit_code_1() {
        try (var server = start(Map.of("HOLDFAST_RESERVATIONS", "hopeful"))) {
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(server.lines())
                    .containsExactly(
                            "The configuration cannot be used:",
                            "  HOLDFAST_RESERVATIONS is \"hopeful\" and must be pessimistic or optimistic or redis or"
                                    + " batched");
        }
    }

    @Test
    void the_demo_keeps_away_from_a_database_of_yours() {
        var settings = Map.of("HOLDFAST_DATABASE_URL", "postgres://db/shop");
        try (var demo = Subprocess.java(settings, Main.class, "demo", "--data", data.toString())) {
            assertThat(demo.exitCode()).isEqualTo(1);
            assertThat(demo.lines()).singleElement().asString().contains("unset HOLDFAST_DATABASE_URL");
        }
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void what_is_not_understood_ends_with_exit_code_2_and_help_with_0() {
        assertThat(Main.run("strat")).isEqualTo(2);
        assertThat(Main.run("start", "--port", "none")).isEqualTo(2);
        assertThat(Main.run("start", "--help")).isZero();
    }

    private Subprocess start(Map<String, String> settings) {
        return start(settings, 0);
    }

    private Subprocess start(Map<String, String> settings, int port) {
        String[] arguments = {"start", "--port", "" + port, "--psp-port", "0", "--data", data.toString()};
        return Subprocess.java(settings, Main.class, arguments);
    }

    private static URI ready(Subprocess server) {
        String line = server.awaitLine(said -> said.startsWith("READY "));
        return URI.create(line.substring("READY ".length()));
    }

    private static void end(Subprocess server) {
        server.terminate();
        assertThat(server.exitCode()).isEqualTo(143);
    }

    private static int status(URI url, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(url)
                    .header("Authorization", "Bearer " + key)
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }
}
