package holdfast.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.math.BigDecimal;
import java.util.List;

/// Which traces are recorded: by their last 56 bits, so that all servers decide alike and need not ask each
/// other. OpenTelemetry's own sampler looks at 63 bits, of which two are the same in every UUID.
final class Share implements Sampler {

    private static final int RANDOM_BITS = 56;
    private static final int RANDOM_DIGITS = RANDOM_BITS / 4;

    private final BigDecimal share;
    private final long threshold;

    /// @param share from 0 to 1
    Share(BigDecimal share) {
        this.share = share;
        this.threshold = share.multiply(BigDecimal.valueOf(1L << RANDOM_BITS))
                .toBigInteger()
                .longValueExact();
    }

    boolean takes(String trace) {
        return Long.parseLong(trace.substring(trace.length() - RANDOM_DIGITS), 16) < threshold;
    }

    @Override
    public SamplingResult shouldSample(
            Context parent,
            String trace,
            String name,
            SpanKind kind,
            Attributes attributes,
            List<LinkData> parentLinks) {
        return takes(trace) ? SamplingResult.recordAndSample() : SamplingResult.drop();
    }

    @Override
    public String getDescription() {
        return "A share of " + share;
    }
}
