package holdfast.trace;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import holdfast.trace.Traces.Figures;
import holdfast.trace.Traces.Request;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ExportTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TRACEPARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final int SPANS = 3 * Export.QUEUE_MAX;

    @Test
    void nobody_waits_for_a_collector_that_takes_its_time_and_what_is_too_much_is_counted() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) { // takes, and never answers
            var traces = Traces.to(endpoint(silent), BigDecimal.ONE, "1");
            long began = System.nanoTime();
            for (int i = 0; i < SPANS; i++) traces.told("expire holds", 0, "holdfast.holds", 1);
            assertThat(since(began)).isLessThan(Duration.ofSeconds(4)); // less than one try to send may take
            Figures full = traces.figures();
            assertThat(full.sent()).isZero();
            assertThat(full.dropped()).isBetween(SPANS - Export.QUEUE_MAX - 1_000L, SPANS - (long) Export.QUEUE_MAX);

            long closing = System.nanoTime();
            traces.close();
            assertThat(since(closing)).isLessThan(Duration.ofSeconds(15));
            traces.told("expire holds", 0, "holdfast.holds", 1); // Nobody minds.
            Figures end = traces.figures();
            assertThat(end.sent()).isZero();
            assertThat(end.dropped() + end.failed()).isEqualTo(SPANS);
        }
    }

    private static URI endpoint(ServerSocket socket) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1/traces");
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    void off_there_is_no_thread_and_the_log_still_names_the_callers_trace() {
        assertThat(logged(Traces.OFF, TRACEPARENT)).isEqualTo(TRACE);
        assertThat(logged(Traces.OFF, "00-nonsense")).isNull();
        assertThat(logged(Traces.OFF, null)).isNull();
        assertThat(MDC.get("trace_id")).isNull();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("holdfast-traces");
        assertThat(Traces.OFF.figures()).isEqualTo(new Figures(0, 0, 0));
        Runnable work = () -> {};
        assertThat(Span.carried(work)).isSameAs(work);
        assertThat(Span.<Span>part("part", span -> span)).isSameAs(Span.NONE);
        assertThat(Traces.OFF.<Span>step("step", CheckoutId.next(), span -> span))
                .isSameAs(Span.NONE);
    }

    @Test
    void on_the_log_names_the_trace_and_the_checkout() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var traces = Traces.to(endpoint(silent), BigDecimal.ZERO, "1")) {
            assertThat(logged(traces, TRACEPARENT)).isEqualTo(TRACE);
            assertThat(logged(traces, null)).matches("[0-9a-f]{32}");
            CheckoutId checkout = CheckoutId.next();
            traces.step("resume", checkout, _ -> {
                assertThat(MDC.get("checkout")).isEqualTo(checkout.toString());
                assertThat(MDC.get("trace_id")).isEqualTo(checkout.toString().replace("-", ""));
                return checkout;
            });
            assertThat(MDC.get("checkout")).isNull();
        }
    }

    private static @Nullable String logged(Traces traces, @Nullable String traceparent) {
        var logged = new AtomicReference<@Nullable String>();
        traces.answering(new Request("GET", traceparent, null, false), _ -> logged.set(MDC.get("trace_id")));
        return logged.get();
    }
}
