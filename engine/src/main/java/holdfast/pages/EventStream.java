package holdfast.pages;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;

/// Events on their way to one page (server-sent events).
public final class EventStream implements AutoCloseable {

    private final SseSink sink;

    EventStream(ServerResponse response) {
        this.sink = response.sink(SseSink.TYPE);
    }

    /// Sends an event.
    ///
    /// @throws UncheckedIOException if nobody is there any more
    public void send(String name, String data) {
        sink.emit(SseEvent.builder().name(name).data(data).build());
    }

    /// Shows that we are still here, and finds out whether they are.
    ///
    /// @throws UncheckedIOException if nobody is there any more
    public void ping() {
        sink.emit(SseEvent.builder().comment("still here").build());
    }

    @Override
    public void close() {
        sink.close();
    }
}
