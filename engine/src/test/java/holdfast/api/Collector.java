package holdfast.api;

import static java.util.stream.Collectors.toMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Takes traces as a collector does: reads what comes by the protocol's own definition.
public final class Collector implements AutoCloseable {

    private static final int PATIENCE_S = 60;

    private final HttpServer server;
    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> names = new LinkedBlockingQueue<>();

    public Collector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /// Where it takes them.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        List<ResourceSpans> came = ExportTraceServiceRequest.parseFrom(body).getResourceSpansList();
        received.addAll(came);
        spansOf(came).forEach(span -> names.add(span.name()));
        boolean isProtobuf =
                "application/x-protobuf".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
        exchange.sendResponseHeaders(isProtobuf ? 200 : 415, -1); // an empty answer is the protocol's yes
        exchange.close();
    }

    /// What it has received, as it came.
    List<ResourceSpans> received() {
        return received;
    }

    /// A span as a person reads it: ids in hexadecimal digits.
    ///
    /// @param links the traces and spans that it refers to
    public record Seen(
            String name,
            String trace,
            String id,
            String parent,
            Span.SpanKind kind,
            Map<String, String> attributes,
            List<String> links,
            List<String> events,
            long nanos) {}

    public List<Seen> spans() {
        return spansOf(received);
    }

    /// Those of one trace.
    List<Seen> spans(String trace) {
        return spans().stream().filter(span -> span.trace().equals(trace)).toList();
    }

    /// The one of this name in a trace.
    Seen span(String trace, String name) {
        List<Seen> found =
                spans(trace).stream().filter(span -> span.name().equals(name)).toList();
        if (found.size() == 1) return found.getFirst();
        throw new AssertionError(found.size() + " spans are called " + name + " in " + spans(trace));
    }

    /// Waits for a span of this name.
    void await(String name) {
        try {
            for (String next = ""; !next.equals(name); ) {
                next = names.poll(PATIENCE_S, TimeUnit.SECONDS);
                if (next == null) throw new AssertionError("No " + name + " among " + spans());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<Seen> spansOf(List<ResourceSpans> received) {
        return received.stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .map(Collector::seen)
                .toList();
    }

    private static Seen seen(Span span) {
        HexFormat hex = HexFormat.of();
        return new Seen(
                span.getName(),
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getKind(),
                span.getAttributesList().stream()
                        .collect(toMap(attribute -> attribute.getKey(), attribute -> text(attribute.getValue()))),
                span.getLinksList().stream()
                        .map(link -> hex.formatHex(link.getTraceId().toByteArray()) + "-"
                                + hex.formatHex(link.getSpanId().toByteArray()))
                        .toList(),
                span.getEventsList().stream().map(Span.Event::getName).toList(),
                span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            default -> value.toString();
        };
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
