package holdfast.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void what_is_quick_is_not_spoken_of() {
        var heard = new Heard();
        assertThat(progress(heard, true).<String>during("Counting", () -> "done"))
                .isEqualTo("done");
        assertThat(heard.text()).isEmpty();
    }

    @Test
    void what_takes_longer_than_a_second_is_told() {
        var heard = new Heard();
        progress(heard, false).during("Counting", heard::awaitFirstWords);
        assertThat(heard.text()).startsWith("Counting: 1 s\n");
    }

    @Test
    void in_a_terminal_the_line_is_wiped_out_at_the_end() {
        var heard = new Heard();
        progress(heard, true).during("Counting", heard::awaitFirstWords);
        assertThat(heard.text()).startsWith("\rCounting: 1 s ").endsWith("\r\u001b[K");
    }

    @Test
    void a_failure_comes_out_as_it_is() {
        assertThatThrownBy(() -> progress(new Heard(), false).during("Counting", () -> {
                    throw new IllegalStateException("lost count");
                }))
                .hasMessage("lost count");
    }

    private static Progress progress(Heard heard, boolean terminal) {
        return new Progress(new PrintStream(heard, true, UTF_8), terminal);
    }

    /// What was said, and when it began.
    private static final class Heard extends ByteArrayOutputStream {

        private final CountDownLatch firstWords = new CountDownLatch(1);

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            firstWords.countDown();
        }

        boolean awaitFirstWords() {
            try {
                return firstWords.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        String text() {
            return toString(UTF_8);
        }
    }
}
