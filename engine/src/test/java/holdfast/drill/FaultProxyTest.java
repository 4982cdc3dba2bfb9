package holdfast.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.drill.FaultProxy.Direction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A link to somebody who repeats every line.
class FaultProxyTest {

    private static final int SOON_MS = 200;

    private Echo echo;
    private FaultProxy link;

    @BeforeEach
    void connect() throws IOException {
        echo = new Echo("");
        link = FaultProxy.to(echo.port());
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        echo.close();
    }

    @Test
    void what_is_said_arrives() throws IOException {
        try (var caller = new Caller(link)) {
            String long_ = "x".repeat(100_000);
            assertThat(caller.ask("hello")).isEqualTo("hello");
            assertThat(caller.ask(long_)).isEqualTo(long_);
        }
    }

    @Test
    void who_hangs_up_is_gone() throws IOException {
        try (var caller = new Caller(link)) {
            assertThat(caller.ask("hello")).isEqualTo("hello");
            assertThat(link.connections()).isEqualTo(1);
        }
        try (var other = new Caller(link)) {
            while (link.connections() > 1) assertThat(other.ask("still here")).isEqualTo("still here");
        }
    }

    @Test
    void a_cut_breaks_what_there_is_and_the_next_connection_is_good() throws IOException {
        try (var caller = new Caller(link)) {
            assertThat(caller.ask("hello")).isEqualTo("hello");
            link.cut();
            assertThatThrownBy(() -> caller.ask("anybody?")).isInstanceOf(IOException.class);
        }
        try (var next = new Caller(link)) {
            assertThat(next.ask("hello")).isEqualTo("hello");
        }
    }

    @Test
    void a_link_that_refuses_takes_nobody_until_it_is_healed() throws IOException {
        link.refuse();
        try (var caller = new Caller(link)) {
            assertThatThrownBy(() -> caller.ask("hello")).isInstanceOf(IOException.class);
        }
        link.heal();
        try (var caller = new Caller(link)) {
            assertThat(caller.ask("hello")).isEqualTo("hello");
        }
    }

    @Test
    void what_is_said_into_a_frozen_link_arrives_when_it_is_healed() throws IOException {
        for (Direction direction : Direction.values()) {
            try (var caller = new Caller(link)) {
                link.freeze(direction);
                caller.say("hello");
                assertThatThrownBy(caller::hear).isInstanceOf(SocketTimeoutException.class);
                link.heal();
                assertThat(caller.hear()).isEqualTo("hello");
            }
        }
    }

    @Test
    void what_is_lost_is_gone_and_so_is_its_connection() throws IOException {
        try (var caller = new Caller(link)) {
            link.lose(Direction.BACK);
            caller.say("hello");
            assertThatThrownBy(caller::hear).isInstanceOf(SocketTimeoutException.class);
            assertThat(echo.heard).containsExactly("hello");
            link.heal();
            assertThatThrownBy(() -> caller.ask("anybody?")).isInstanceOf(IOException.class);
        }
        try (var caller = new Caller(link)) {
            link.lose(Direction.THERE);
            caller.say("unheard");
            assertThatThrownBy(caller::hear).isInstanceOf(SocketTimeoutException.class);
            assertThat(echo.heard).doesNotContain("unheard");
        }
    }

    @Test
    void a_slow_link_is_slow_both_ways() throws IOException {
        try (var caller = new Caller(link)) {
            link.delay(Duration.ofMillis(60));
            long begun = System.nanoTime();
            assertThat(caller.ask("hello")).isEqualTo("hello");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
        }
    }

    @Test
    void it_freezes_at_a_word_before_that_arrives_even_if_it_comes_in_pieces() throws IOException {
        try (var caller = new Caller(link)) {
            link.freezeAt(Direction.THERE, "commit".getBytes(US_ASCII));
            assertThat(caller.ask("begin")).isEqualTo("begin");
            caller.send("com");
            caller.send("mit\n");
            assertThatThrownBy(caller::hear).isInstanceOf(SocketTimeoutException.class);
            assertThat(echo.heard).containsExactly("begin");
            link.heal();
            assertThat(caller.hear()).isEqualTo("commit");
        }
    }

    @Test
    void it_is_cut_after_so_many_bytes() throws IOException {
        try (var caller = new Caller(link)) {
            link.cutAfter(Direction.THERE, 12);
            assertThat(caller.ask("12345")).isEqualTo("12345");
            assertThatThrownBy(() -> caller.ask("678901")).isInstanceOf(IOException.class);
            assertThat(echo.heard).containsExactly("12345");
        }
        try (var caller = new Caller(link)) {
            assertThat(caller.ask("and on as before")).isEqualTo("and on as before");
        }
    }

    @Test
    void it_can_be_led_to_somebody_else() throws IOException {
        try (var other = new Echo("other: ")) {
            link.leadTo(other.port());
            try (var caller = new Caller(link)) {
                assertThat(caller.ask("hello")).isEqualTo("other: hello");
            }
        }
    }

    @Test
    void many_speak_at_once() throws IOException {
        List<Caller> callers =
                IntStream.range(0, 50).mapToObj(_ -> Caller.of(link)).toList();
        for (int i = 0; i < 50; i++) callers.get(i).say("line " + i);
        for (int i = 0; i < 50; i++) assertThat(callers.get(i).hear()).isEqualTo("line " + i);
        for (Caller caller : callers) caller.close();
    }

    private static final class Caller implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        Caller(FaultProxy link) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
            socket.setSoTimeout(SOON_MS);
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        }

        static Caller of(FaultProxy link) {
            try {
                var caller = new Caller(link);
                caller.socket.setSoTimeout(10_000);
                return caller;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        String ask(String line) throws IOException {
            socket.setSoTimeout(10_000);
            say(line);
            String answer = hear();
            socket.setSoTimeout(SOON_MS);
            return answer;
        }

        void say(String line) throws IOException {
            send(line + "\n");
        }

        void send(String words) throws IOException {
            socket.getOutputStream().write(words.getBytes(US_ASCII));
        }

        String hear() throws IOException {
            String line = in.readLine();
            if (line == null) throw new IOException("The link is cut");
            return line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final class Echo implements AutoCloseable {

        private final ServerSocket entrance = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        private final String prefix;
        private final List<String> heard = new CopyOnWriteArrayList<>();

        Echo(String prefix) throws IOException {
            this.prefix = prefix;
            Thread.startVirtualThread(this::accept);
        }

        int port() {
            return entrance.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket caller = entrance.accept();
                    Thread.startVirtualThread(() -> repeat(caller));
                }
            } catch (IOException e) {
                // The test is over.
            }
        }

        private void repeat(Socket caller) {
            try (caller) {
                var in = new BufferedReader(new InputStreamReader(caller.getInputStream(), US_ASCII));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    heard.add(line);
                    caller.getOutputStream().write((prefix + line + "\n").getBytes(US_ASCII));
                }
            } catch (IOException e) {
                // The link was cut.
            }
        }

        @Override
        public void close() throws IOException {
            entrance.close();
        }
    }
}
