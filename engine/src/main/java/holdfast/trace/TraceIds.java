package holdfast.trace;

import holdfast.kernel.Ids;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.UUID;
import java.util.function.Supplier;

/// Names traces by UUIDs of version 7, whose last 56 bits are random, as the W3C wants it; and the first span
/// of each by its second half. So an id is enough to go on with the trace of what has this id.
final class TraceIds implements IdGenerator {

    /// Flags of a `traceparent`.
    private static final byte RANDOM = 2;

    private static final byte RANDOM_AND_SAMPLED = 3;

    private static final ScopedValue<UUID> FIRST = ScopedValue.newInstance();

    /// Begins a trace of this name.
    static <T> T naming(UUID trace, Supplier<T> begin) {
        return ScopedValue.where(FIRST, trace).call(begin::get);
    }

    static String of(UUID trace) {
        return TraceId.fromLongs(trace.getMostSignificantBits(), trace.getLeastSignificantBits());
    }

    /// The first span of a trace, wherever that was begun.
    static SpanContext first(UUID trace, boolean isSampled) {
        return SpanContext.createFromRemoteParent(
                of(trace),
                SpanId.fromLong(trace.getLeastSignificantBits()),
                TraceFlags.fromByte(isSampled ? RANDOM_AND_SAMPLED : RANDOM),
                TraceState.getDefault());
    }

    @Override
    public String generateTraceId() {
        return of(FIRST.isBound() ? FIRST.get() : Ids.next());
    }

    @Override
    public String generateSpanId() {
        return FIRST.isBound()
                ? SpanId.fromLong(FIRST.get().getLeastSignificantBits())
                : IdGenerator.random().generateSpanId();
    }

    @Override
    public boolean generatesRandomTraceIds() {
        return true;
    }
}
