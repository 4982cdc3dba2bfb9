package holdfast.trace;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Ids;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Begins spans where traces are on, and knows which trace each belongs to.
final class Recorder implements AutoCloseable {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration TRY_MAX = Duration.ofSeconds(5);

    private final Share share;
    private final Export export;
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    Recorder(URI endpoint, BigDecimal share, String version) {
        this.share = new Share(share);
        this.export = new Export(OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.toString())
                .setConnectTimeout(CONNECT_MAX)
                .setTimeout(TRY_MAX)
                .build());
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", "holdfast")
                                .put("service.version", version)
                                .put("service.instance.id", UUID.randomUUID().toString())
                                .build())))
                .setIdGenerator(new TraceIds())
                .setSampler(Sampler.parentBased(this.share))
                .addSpanProcessor(export)
                .build();
        this.tracer = provider.get("holdfast");
    }

    Traces.Figures figures() {
        return export.figures();
    }

    /// Sends what is there, for a few seconds at the most.
    @Override
    public void close() {
        provider.close();
    }

    Span begin(String name, SpanKind kind, Context parent) {
        return new Span(
                this,
                tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan());
    }

    /// Begins with a request.
    ///
    /// @param caller the span that it is part of elsewhere; invalid where there is none
    /// @param checkout the one that it names, if it names one
    /// @param writes whether it may change something
    Span request(String method, SpanContext caller, @Nullable CheckoutId checkout, boolean writes) {
        if (caller.isValid()) {
            Span span = begin(method, SpanKind.SERVER, parent(caller));
            return checkout == null ? span : meet(span, checkout, writes ? mark(method, checkout) : null);
        }
        if (checkout != null) {
            Span span = begin(method, SpanKind.SERVER, parent(first(checkout)));
            span.about(checkout);
            return span;
        }
        UUID trace = Ids.next();
        return TraceIds.naming(trace, () -> begin(method, SpanKind.SERVER, Context.root()))
                .offering(trace);
    }

    /// A step of a checkout, as part of what is being done, or else of the checkout's own trace.
    Span step(String name, CheckoutId checkout, @Nullable Span current) {
        if (current == null) {
            Span span = begin(name, SpanKind.INTERNAL, parent(first(checkout)));
            span.about(checkout);
            return span;
        }
        Span span = begin(name, SpanKind.INTERNAL, current.context());
        return meet(span, checkout, checkout.equals(current.subject()) ? null : mark(name, checkout));
    }

    /// A checkout is opened within this span: if that has no part in the checkout's trace, the trace begins
    /// beside it.
    void opens(Span span, CheckoutId checkout) {
        TraceIds.naming(
                checkout.value(),
                () -> meet(span, checkout, tracer.spanBuilder("open").setNoParent()));
    }

    /// Something that was done without anybody to ask for it, and is worth telling only now.
    void told(String name, long nanos, String key, long count) {
        long now = Clock.getDefault().now();
        tracer.spanBuilder(name)
                .setNoParent()
                .setStartTimestamp(now - nanos, TimeUnit.NANOSECONDS)
                .setAttribute(key, count)
                .startSpan()
                .end(now, TimeUnit.NANOSECONDS);
    }

    /// What is done elsewhere about a checkout, and its own trace, refer to each other.
    ///
    /// @param mark what is left in the checkout's trace; null: nothing
    private Span meet(Span span, CheckoutId checkout, @Nullable SpanBuilder mark) {
        span.about(checkout);
        if (span.trace().equals(TraceIds.of(checkout.value()))) return span;
        span.open().addLink(first(checkout));
        if (mark == null) return span;
        mark.addLink(span.open().getSpanContext())
                .setAttribute("holdfast.checkout.id", checkout.toString())
                .startSpan()
                .end();
        return span;
    }

    private SpanBuilder mark(String name, CheckoutId checkout) {
        return tracer.spanBuilder(name).setParent(parent(first(checkout)));
    }

    private SpanContext first(CheckoutId checkout) {
        UUID id = checkout.value();
        return TraceIds.first(id, share.takes(TraceIds.of(id)));
    }

    private static Context parent(SpanContext parent) {
        return Context.root().with(io.opentelemetry.api.trace.Span.wrap(parent));
    }
}
