package holdfast.api;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The body of a request: of the right type, and not a byte more than its limit.
final class Body {

    static final int JSON_BYTES_MAX = 256 * 1024;
    private static final Duration SIGNED_MAX = Duration.ofSeconds(5);
    static final int CSV_BYTES_MAX = 32 * 1024 * 1024;

    private static final Pattern JSON = Pattern.compile("application/json(;charset=\"?utf-8\"?)?");
    private static final Pattern CSV = Pattern.compile("text/csv(;charset=\"?utf-8\"?|;header=present)*");
    private static final byte[] NOTHING = {};

    /// How long a client is listened to that still sends what nobody will read. Hung up on at once, it might
    /// never see the answer: what arrives at a closed connection makes the network forget what is on its way
    /// back.
    private static final Duration LINGER_MAX = Duration.ofSeconds(2);

    private final ServerRequest request;
    private @Nullable InputStream arriving;

    Body(ServerRequest request) {
        this.request = request;
    }

    /// @throws Refusal `invalid_request` if there is a body
    void demandNone() {
        if (request.content().hasEntity()) {
            throw Refusal.invalid("body", "unknown_field", "There is no body here");
        }
    }

    /// The whole JSON body; empty if there is none.
    ///
    /// @throws Refusal `body_too_large`, `unsupported_media_type`
    byte[] json() {
        if (!request.content().hasEntity()) return NOTHING;
        try (InputStream limited = open(JSON, "application/json", JSON_BYTES_MAX)) {
            return all(limited);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] all(InputStream body) throws IOException {
        OptionalLong length = request.headers().contentLength();
        if (length.isEmpty()) return body.readAllBytes(); // through 16 KB of room, where most bodies have a few hundred
        byte[] all = body.readNBytes(Math.toIntExact(length.getAsLong()));
        if (body.read() >= 0) throw noHttp();
        return all;
    }

    /// The whole body, of whatever type; empty if there is none. Who has not sent it within five seconds is
    /// hung up on, however steadily it drips.
    ///
    /// @throws Refusal `body_too_large`
    byte[] signed() {
        if (!request.content().hasEntity()) return NOTHING;
        if (request.headers().contentLength().orElse(0) > JSON_BYTES_MAX) throw tooLarge(JSON_BYTES_MAX);
        var read = new CompletableFuture<byte[]>();
        Thread.ofVirtual().name("body").start(() -> {
            try (InputStream limited = new Limited(arriving(), JSON_BYTES_MAX)) {
                read.complete(all(limited));
            } catch (IOException | RuntimeException e) {
                read.completeExceptionally(e);
            }
        });
        try {
            return read.get(SIGNED_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) { // The thread ends with the connection.
            throw new CloseConnectionException("The client took too long to send a body", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("Nobody waited for the body", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw new IllegalStateException("A body cannot be read", e.getCause());
        }
    }

    /// The CSV body as it arrives.
    ///
    /// @throws Refusal `body_too_large`, now or while it is read; `unsupported_media_type`
    InputStream csv() {
        return open(CSV, "text/csv", CSV_BYTES_MAX);
    }

    /// Whether the rest of the body is not worth reading only to keep the connection.
    boolean isTooMuchToSkip() {
        return !request.content().consumed()
                && request.headers().contentLength().orElse(Long.MAX_VALUE) > JSON_BYTES_MAX;
    }

    /// Hangs up, after a while in which the client can read the answer.
    ///
    /// @throws CloseConnectionException always
    void hangUp() {
        // A client that waits to be told to continue is told no by the answer.
        if (arriving != null || !request.headers().containsToken(HeaderValues.EXPECT_100)) linger();
        throw new CloseConnectionException("The rest of the body is not worth reading");
    }

    private void linger() {
        InputStream rest = arriving();
        byte[] thrownAway = new byte[8 * 1024];
        long end = System.nanoTime() + LINGER_MAX.toNanos();
        try {
            while (rest.read(thrownAway) >= 0 && System.nanoTime() < end) {
                // Nobody reads it.
            }
        } catch (IOException | RequestException | CloseConnectionException e) {
            // The client has hung up first, or sends no HTTP any more: there is nobody to tell.
        }
    }

    private InputStream open(Pattern type, String typeName, int bytesMax) {
        if (request.headers().contentLength().orElse(0) > bytesMax) throw tooLarge(bytesMax);
        String given = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.matcher(given.replace(" ", "").toLowerCase(Locale.ROOT)).matches()) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.refuse("The Content-Type must be " + typeName + ", in UTF-8");
        }
        return new Limited(arriving(), bytesMax);
    }

    private InputStream arriving() {
        if (arriving == null) arriving = new Arriving(request.content().inputStream());
        return arriving;
    }

    static Refusal tooLarge(int bytesMax) {
        return Problem.BODY_TOO_LARGE
                .refuse("A body may have " + bytesMax + " bytes")
                .with("bytes_max", bytesMax);
    }

    /// What comes over the connection. Tells apart a client that went away from one that sends no HTTP.
    private static final class Arriving extends FilterInputStream {

        private boolean broken;

        Arriving(InputStream connection) {
            super(connection);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (broken) throw noHttp();
            try {
                return super.read(into, offset, length);
            } catch (IOException | UncheckedIOException | InsufficientDataAvailableException e) {
                throw new CloseConnectionException("The client went away while it sent a body", e);
            } catch (NumberFormatException | RequestException e) { // A chunk's size that is none, or far too large.
                broken = true;
                throw e instanceof RequestException refused ? refused : noHttp();
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    private static RequestException noHttp() {
        return RequestException.builder()
                .type(EventType.BAD_REQUEST)
                .message("The body is not framed as HTTP has it")
                .build();
    }

    private static final class Limited extends FilterInputStream {

        private final int bytesMax;
        private int left;

        Limited(InputStream arriving, int bytesMax) {
            super(arriving);
            this.bytesMax = bytesMax;
            this.left = bytesMax;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) count(1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read > 0) count(read);
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int read) {
            left -= read;
            if (left < 0) throw tooLarge(bytesMax);
        }
    }
}
