package holdfast.trace;

import holdfast.kernel.CheckoutId;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.math.BigDecimal;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// Records what is done for a checkout, or, where it is off, nothing: then there is no thread and no span, and
/// each method only looks whether it is on.
///
/// A checkout's trace has its id: the one of the request that opened it. Requests that name the checkout, and
/// steps that nobody asks for right now, go on with it. What comes with a `traceparent` is part of the caller's
/// trace instead; then each of the two traces refers to the other.
public final class Traces implements AutoCloseable {

    /// Records nothing.
    public static final Traces OFF = new Traces(null);

    private static final String TRACEPARENT = "traceparent";
    private static final String LOGGED_TRACE = "trace_id";
    private static final String LOGGED_CHECKOUT = "checkout";

    private final @Nullable Recorder recorder;

    /// What became of the spans so far.
    ///
    /// @param sent the collector has them
    /// @param dropped they did not find a place in the queue
    /// @param failed the collector did not take them
    public record Figures(long sent, long dropped, long failed) {

        static final Figures NONE = new Figures(0, 0, 0);
    }

    private Traces(@Nullable Recorder recorder) {
        this.recorder = recorder;
    }

    /// Sends them to a collector, by OTLP over HTTP.
    ///
    /// @param endpoint the whole address: `http://127.0.0.1:4318/v1/traces`
    /// @param share how many of those traces are recorded of which nobody else has decided, from 0 to 1
    /// @param version ours
    public static Traces to(URI endpoint, BigDecimal share, String version) {
        return new Traces(new Recorder(endpoint, share, version));
    }

    public boolean isOn() {
        return recorder != null;
    }

    public Figures figures() {
        return recorder == null ? Figures.NONE : recorder.figures();
    }

    /// A request that is to be answered.
    ///
    /// @param traceparent as the caller has sent it; null, or no valid one: it begins here
    /// @param checkout the one that it names, if it names one
    /// @param writes whether it may change something
    public record Request(
            String method,
            @Nullable String traceparent,
            @Nullable CheckoutId checkout,
            boolean writes) {}

    /// Answers a request; in every line of the log is meanwhile the name of its trace, if it has one.
    public void answering(Request request, Consumer<Span> work) {
        if (recorder == null && request.traceparent == null) {
            work.accept(Span.NONE);
            return;
        }
        SpanContext caller = caller(request.traceparent);
        if (recorder == null) {
            logging(caller.isValid() ? caller.getTraceId() : null, () -> work.accept(Span.NONE));
            return;
        }
        Span span = recorder.request(request.method, caller, request.checkout, request.writes);
        logging(
                span.trace(),
                () -> span.during(it -> {
                    work.accept(it);
                    return it;
                }));
    }

    private static void logging(@Nullable String trace, Runnable work) {
        if (trace == null) {
            work.run();
            return;
        }
        try (var _ = MDC.putCloseable(LOGGED_TRACE, trace)) {
            work.run();
        }
    }

    private static SpanContext caller(@Nullable String traceparent) {
        if (traceparent == null) return SpanContext.getInvalid();
        Context sent = W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, Header.ONLY);
        return io.opentelemetry.api.trace.Span.fromContext(sent).getSpanContext();
    }

    /// Does a step of a checkout, whoever asks for it.
    public <T> T step(String name, CheckoutId checkout, Function<Span, T> work) {
        if (recorder == null) return work.apply(Span.NONE);
        Span span = recorder.step(name, checkout, Span.current());
        try (var _ = MDC.putCloseable(LOGGED_TRACE, span.trace());
                var _ = MDC.putCloseable(LOGGED_CHECKOUT, checkout.toString())) {
            return span.during(work);
        }
    }

    /// Something was done that nobody asked for, and that is worth telling only if it came to something.
    ///
    /// @param key what is counted
    public void told(String name, long nanos, String key, long count) {
        if (recorder != null && count > 0) recorder.told(name, nanos, key, count);
    }

    /// Sends what is there, for a few seconds at the most.
    @Override
    public void close() {
        if (recorder != null) recorder.close();
    }

    /// Of all headers `traceparent` alone; `tracestate` is somebody else's, and goes nowhere from here.
    private enum Header implements TextMapGetter<String> {
        ONLY;

        @Override
        public @Nullable String get(@Nullable String traceparent, String name) {
            return name.equals(TRACEPARENT) ? traceparent : null;
        }
    }
}
