package holdfast.trace;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends spans to the collector, in a thread of its own, many at once. Whoever ends a span never waits: what
/// finds the queue full is dropped, and counted.
final class Export implements SpanProcessor {

    static final int QUEUE_MAX = 8_192;
    private static final int BATCH_MAX = 512;
    private static final Duration GATHER = Duration.ofSeconds(1);
    private static final Duration SEND_MAX = Duration.ofSeconds(15); // with what is tried again
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Export.class);

    private final SpanExporter exporter;
    private final BlockingQueue<ReadableSpan> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;
    private boolean isFailing; // of the thread

    Export(SpanExporter exporter) {
        this.exporter = exporter;
        this.thread = Thread.ofPlatform().name("holdfast-traces").daemon().start(this::run);
    }

    Traces.Figures figures() {
        return new Traces.Figures(sent.sum(), dropped.sum(), failed.sum());
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (span.getSpanContext().isSampled() && (closing || !queue.offer(span))) dropped.increment();
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    private void run() {
        var batch = new ArrayList<SpanData>(BATCH_MAX);
        try {
            while (!closing || !queue.isEmpty()) {
                gather(batch);
                if (!batch.isEmpty()) send(List.copyOf(batch));
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // There is no more time for what is left.
        }
    }

    /// As many as come within a second, or fill a batch.
    private void gather(List<SpanData> batch) throws InterruptedException {
        long end = System.nanoTime() + GATHER.toNanos();
        while (batch.size() < BATCH_MAX) {
            long left = closing ? 0 : end - System.nanoTime();
            ReadableSpan next = queue.poll(left, TimeUnit.NANOSECONDS);
            if (next == null) return;
            batch.add(next.toSpanData());
        }
    }

    private void send(List<SpanData> batch) {
        CompletableResultCode result = exporter.export(batch).join(SEND_MAX.toMillis(), TimeUnit.MILLISECONDS);
        boolean isSent = result.isSuccess();
        (isSent ? sent : failed).add(batch.size());
        if (isSent == isFailing) {
            isFailing = !isSent;
            if (isSent) LOG.info("The collector takes traces again");
            else LOG.warn("The collector does not take traces: {}", reason(result));
        }
    }

    private static String reason(CompletableResultCode result) {
        Throwable failure = result.getFailureThrowable();
        return failure == null ? "it takes its time" : failure.toString();
    }

    /// Sends what is there, and takes five seconds for that at the most.
    @Override
    public CompletableResultCode shutdown() {
        closing = true;
        try {
            if (!thread.join(CLOSE_MAX)) {
                thread.interrupt();
                thread.join();
            }
            dropped.add(queue.size());
            queue.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return exporter.shutdown();
    }
}
